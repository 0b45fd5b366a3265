import { planRestore } from '../plan-restore.ts';
import { checkStep, clearStep, readStep, replayStep, restoreStep, takeFullStep } from '../restore-steps.ts';
import type { Scenario } from '../scenario.ts';
import { closeScratch } from '../standing-scratch.ts';
import { validateStep } from '../validate-step.ts';

/** The source is lost: everything comes back on another server, as near to now as the binlogs lead. */
export const complete: Scenario = {
  name: 'complete',
  plan: (world, wanted) =>
    planRestore(world, 'complete', wanted, ({ replays, replaces, scratch }) => [
      { id: 'read', title: 'Read the backup and the binlogs whole, before anything is touched' },
      ...(replaces ? [{ id: 'clear', title: 'Remove what the target holds' }] : []),
      { id: 'restore', title: 'Restore the full backup, users and grants with it, events disabled' },
      ...(replays ? [{ id: 'replay', title: 'Replay the binlogs in one session' }] : []),
      { id: 'check', title: 'Read every table, count its rows' },
      { id: 'validate', title: 'Ask the validation queries, go through the checklist' },
      ...(scratch ? [] : [{ id: 'take-full', title: 'Take a new full backup, where the target is a source by then' }]),
    ]),
  steps: {
    read: readStep,
    clear: clearStep,
    restore: restoreStep,
    replay: replayStep,
    check: checkStep,
    validate: validateStep,
    'take-full': takeFullStep,
  },
  close: ({ world, id }) => closeScratch(world, id),
};
