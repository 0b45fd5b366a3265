import { planRestore } from '../plan-restore.ts';
import { checkStep, clearStep, readStep, replayStep, restoreStep } from '../restore-steps.ts';
import type { Scenario } from '../scenario.ts';
import { closeScratch } from '../standing-scratch.ts';
import { validateStep } from '../validate-step.ts';

/** The source lives, and an earlier state of it is wanted beside it: to look at, or to take from. */
export const pointInTime: Scenario = {
  name: 'point-in-time',
  async plan(world, wanted) {
    if (wanted.end.kind === 'chain-end' || wanted.end.kind === 'backup') {
      const mend =
        'Say to which: --until TIME, --until-gtid SET or --before FILE:POSITION. For all there is: restore full';
      return { why: 'no-plan', problem: 'A point in time is missing.', mend };
    }
    return planRestore(world, 'point-in-time', wanted, ({ replays, replaces }) => [
      { id: 'read', title: 'Read the backup and the binlogs whole, before anything is touched' },
      ...(replaces ? [{ id: 'clear', title: 'Remove what the target holds' }] : []),
      { id: 'restore', title: 'Restore the full backup, users and grants with it, events disabled' },
      ...(replays ? [{ id: 'replay', title: 'Replay the binlogs in one session, to that point' }] : []),
      { id: 'check', title: 'Read every table, count its rows' },
      { id: 'validate', title: 'Ask the validation queries, go through the checklist' },
    ]);
  },
  steps: {
    read: readStep,
    clear: clearStep,
    restore: restoreStep,
    replay: replayStep,
    check: checkStep,
    validate: validateStep,
  },
  close: ({ world, id }) => closeScratch(world, id),
};
