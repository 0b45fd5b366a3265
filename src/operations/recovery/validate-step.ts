import type { ChecklistItem } from '../../domain/checklist/checklist.ts';
import { formatMoment } from '../../domain/measures.ts';
import type { RecoveryPlan } from '../../domain/recovery/plan.ts';
import { noValidation } from '../../domain/validation/validation.ts';
import { validate } from '../validation/validate.ts';
import { setOf, targetOf } from './restore-steps.ts';
import type { RecoveryRun } from './scenario.ts';

/**
 * Asks the configured questions of what came back and goes through the checklist. Whatever is not ticked is said first, and fails nothing: the
 * data is there, and people decide what it is worth.
 */
export async function validateStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal } = run;
  const set = await setOf(run);
  const target = await targetOf(run, set);
  const report = await validate(
    world,
    {
      place: plan.target.kind === 'scratch' ? 'scratch' : 'target',
      source: plan.source,
      inspection: target.inspection,
      inventory: await target.inventory(),
      validation: world.validations?.get(plan.source) ?? noValidation,
      // After a replay there are other rows than were backed up.
      ...(!plan.range && { restored: { manifest: set.manifest } }),
      asOf: new Date(plan.end?.at ?? set.manifest.snapshotAt),
      signal,
    },
    integrityOf(plan),
  );
  run.validated(report);
}

/** Everything that was used has been read whole by then. */
function integrityOf({ backup, range }: RecoveryPlan): Omit<ChecklistItem, 'topic'> {
  const proven = backup?.provenAt ? `, proven ${formatMoment(new Date(backup.provenAt))}` : '';
  const binlogs = range ? ' and the binlogs behind it' : '';
  return { state: 'ticked', evidence: [`${backup?.id}${binlogs} read whole, every SHA-256 as it was stored${proven}`] };
}
