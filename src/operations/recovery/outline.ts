import type { PlanStep } from '../../domain/recovery/plan.ts';
import { checkStep, clearStep, readStep, replayStep, restoreStep } from './restore-steps.ts';
import type { Scenario } from './scenario.ts';
import { validateStep } from './validate-step.ts';

/** What every recovery onto another server is made of, in order; `replay` says in its own words how far the binlogs lead it. */
export function outline(
  { replays, replaces }: { replays: boolean; replaces: boolean },
  replay: string,
): Omit<PlanStep, 'seconds'>[] {
  return [
    { id: 'read', title: 'Read the backup and the binlogs whole, before anything is touched' },
    ...(replaces ? [{ id: 'clear', title: 'Remove what the target holds' }] : []),
    { id: 'restore', title: 'Restore the full backup, users and grants with it, events disabled' },
    ...(replays ? [{ id: 'replay', title: replay }] : []),
    { id: 'check', title: 'Read every table, count its rows' },
    { id: 'validate', title: 'Ask the validation queries, go through the checklist' },
  ];
}

export const outlineSteps = {
  read: readStep,
  clear: clearStep,
  restore: restoreStep,
  replay: replayStep,
  check: checkStep,
  validate: validateStep,
} satisfies Scenario['steps'];
