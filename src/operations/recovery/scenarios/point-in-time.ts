import { outline, outlineSteps } from '../outline.ts';
import { planRestore } from '../plan-restore.ts';
import type { Scenario } from '../scenario.ts';
import { closeScratch } from '../standing-scratch.ts';

/** The source lives, and an earlier state of it is wanted beside it: to look at, or to take from. */
export const pointInTime: Scenario = {
  name: 'point-in-time',
  async plan(world, wanted) {
    if (wanted.end.kind === 'chain-end' || wanted.end.kind === 'backup') {
      const mend =
        'Say to which: --until TIME, --until-gtid SET or --before FILE:POSITION. For all there is: restore full';
      return { why: 'no-plan', problem: 'A point in time is missing.', mend };
    }
    return planRestore(world, 'point-in-time', wanted, (plan) =>
      outline(plan, 'Replay the binlogs in one session, to that point'),
    );
  },
  steps: outlineSteps,
  close: ({ world, id }) => closeScratch(world, id),
};
