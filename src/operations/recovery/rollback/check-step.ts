import { itemLines } from '../../../domain/checklist/checklist-words.ts';
import { noValidation } from '../../../domain/validation/validation.ts';
import { checkApplication } from '../../validation/check-application.ts';
import type { Looking } from '../../validation/looking.ts';
import { runQueries } from '../../validation/run-queries.ts';
import type { World } from '../../world.ts';
import type { RecoveryRun } from '../scenario.ts';

/** Whether the configuration says how one sees that a source is well. */
export function asksAnything({ validations }: Pick<World, 'validations'>, source: string): boolean {
  const { application, queries } = validations?.get(source) ?? noValidation;
  return queries.length > 0 || application.some(({ on }) => on.includes('source'));
}

/** Whether the application is content with the structure that came out. What is amiss is told, for people to judge: nothing is led forth again by itself. */
export async function checkStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal } = run;
  const source = world.sources.get(plan.source);
  if (!source) return run.note('Nothing was checked: the source is not in the configuration any more.');
  const looking: Looking = {
    place: 'source',
    source: plan.source,
    inspection: source.inspection,
    inventory: await source.inventory(),
    validation: world.validations?.get(plan.source) ?? noValidation,
    signal,
  };
  const application = await checkApplication(world, looking);
  run.note(
    itemLines(application)
      .map((line) => line.trim())
      .join('; '),
  );
  const marks = { met: '✓', missed: '✗', unknown: '?' } as const;
  for (const { name, verdict, finding } of await runQueries(looking)) {
    run.note(`${marks[verdict]} ${name}: ${finding}`);
  }
}
