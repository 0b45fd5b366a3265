import { outline, outlineSteps } from '../outline.ts';
import { planRestore } from '../plan-restore.ts';
import { takeFullStep } from '../restore-steps.ts';
import type { Scenario } from '../scenario.ts';
import { closeScratch } from '../standing-scratch.ts';

/** The source is lost: everything comes back on another server, as near to now as the binlogs lead. */
export const complete: Scenario = {
  name: 'complete',
  plan: (world, wanted) =>
    planRestore(world, 'complete', wanted, (plan) => [
      ...outline(plan, 'Replay the binlogs in one session'),
      ...(plan.scratch
        ? []
        : [{ id: 'take-full', title: 'Take a new full backup, where the target is a source by then' }]),
    ]),
  steps: { ...outlineSteps, 'take-full': takeFullStep },
  close: ({ world, id }) => closeScratch(world, id),
};
