import { type ChecklistItem, decideItem, type Observed } from '../../domain/checklist/checklist.ts';
import { formatDuration } from '../../domain/measures.ts';
import type { World } from '../world.ts';
import type { Looking } from './looking.ts';

/** Runs the configured checks of the application that say something of this place. */
export async function checkApplication(
  { application }: Pick<World, 'application'>,
  { place, inspection, validation, signal }: Looking,
): Promise<ChecklistItem> {
  const meant = application ? validation.application.filter(({ on }) => on.includes(place)) : [];
  const observed: Observed[] = [];
  for (const check of meant) {
    const { address } = inspection;
    const checked = await application?.check(check, { place, address }, signal);
    if (!checked) continue;
    const words = `${check.name}: ${checked.finding} (${formatDuration(checked.milliseconds)})`;
    observed.push({ state: checked.passed ? 'good' : 'bad', words });
  }
  const nothing =
    validation.application.length === 0
      ? 'no check is configured: name some under validation.application'
      : `none of the configured checks is meant for a ${place} server; on: [${place}] says that one is`;
  return decideItem('application', observed, { allWell: observed.map(({ words }) => words).join('; '), nothing });
}
