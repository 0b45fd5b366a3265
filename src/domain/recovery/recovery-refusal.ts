import { formatMoment } from '../measures.ts';
import { formatList } from '../wording.ts';
import type { RecoveryState } from './recovery.ts';

/** Why something was not done to a recovery, or why there is no plan for one. */
export type RecoveryRefusal =
  | { readonly why: 'unknown-recovery'; readonly wanted: string }
  | { readonly why: 'unknown-target'; readonly target: string; readonly known: readonly string[] }
  | { readonly why: 'target-busy'; readonly recovery: string; readonly target: string; readonly state: RecoveryState }
  /** No plan can be made, or it would not be safe: `problem` and `mend` are sentences. */
  | { readonly why: 'no-plan'; readonly problem: string; readonly mend: string }
  | { readonly why: 'not-now'; readonly state: RecoveryState }
  | { readonly why: 'self-approval' }
  | { readonly why: 'not-approver'; readonly role: string }
  | { readonly why: 'not-operator' }
  | { readonly why: 'deactivated'; readonly who: string }
  | { readonly why: 'approved-already' }
  | { readonly why: 'other-plan' }
  | { readonly why: 'target-not-typed'; readonly target: string }
  | { readonly why: 'expired'; readonly at: string }
  | { readonly why: 'window-passed'; readonly at: string }
  | { readonly why: 'approvals-lapsed'; readonly missing: number }
  | { readonly why: 'stopping-already'; readonly by: string }
  | { readonly why: 'runs-elsewhere'; readonly pid: number }
  | { readonly why: 'no-events' }
  | { readonly why: 'shell-only' }
  | { readonly why: 'void'; readonly changed: readonly string[] };

/** No plan can be made, or it would not be safe; both are sentences. */
export function noPlan(problem: string, mend: string): RecoveryRefusal {
  return { why: 'no-plan', problem, mend };
}

/** The reason and the next step, the same in a shell and in Slack. */
export function recoveryRefusalWords(refusal: RecoveryRefusal): { readonly message: string; readonly hint: string } {
  switch (refusal.why) {
    case 'unknown-recovery':
      return { message: `There is no recovery ${refusal.wanted}.`, hint: 'approvals lists those there are.' };
    case 'unknown-target':
      return {
        message: `There is no target ${refusal.target}.`,
        hint:
          refusal.known.length > 0
            ? `Targets are ${formatList(refusal.known)}.`
            : 'Name the server under targets in the configuration.',
      };
    case 'target-busy':
      return {
        message: `${refusal.target} is taken: ${refusal.recovery} goes there and is ${stateWords[refusal.state]}.`,
        hint: `Cancel that one or give it up first, or wait for its end: approvals ${refusal.recovery}`,
      };
    case 'no-plan':
      return { message: refusal.problem, hint: refusal.mend };
    case 'not-now':
      return { message: `It is ${stateWords[refusal.state]}.`, hint: 'approvals shows where each recovery stands.' };
    case 'self-approval':
      return {
        message: 'You asked for this recovery: somebody else has to approve it.',
        hint: 'Ask another approver. One person is one, in Slack and in a shell.',
      };
    case 'not-approver':
      return {
        message: `That takes the role ${refusal.role}.`,
        hint: 'Ask one who has it; whoami shows who grants it.',
      };
    case 'not-operator':
      return { message: 'That takes the role operator or approver.', hint: 'Ask one who has it, or the requester.' };
    case 'deactivated':
      return { message: `${refusal.who} is no longer active.`, hint: 'Somebody who is has to decide.' };
    case 'approved-already':
      return { message: 'You have approved it already.', hint: 'Another approver is needed.' };
    case 'other-plan':
      return { message: 'That is not the plan that stands now.', hint: 'Look at it again, then decide.' };
    case 'target-not-typed':
      return {
        message: `Data on ${refusal.target} is replaced: whoever approves types its name.`,
        hint: `Approve it with the name behind the id: approvals approve ID ${refusal.target}`,
      };
    case 'expired':
      return {
        message: `The time to approve it ended at ${formatMoment(new Date(refusal.at))}.`,
        hint: 'Request it again: the plan will be of now.',
      };
    case 'window-passed':
      return {
        message: `The time to begin ended at ${formatMoment(new Date(refusal.at))}.`,
        hint: 'Request it again: the plan will be of now.',
      };
    case 'approvals-lapsed':
      return {
        message: 'Somebody who approved it may not any more.',
        hint: `Cancel it and request it again; it lacks ${refusal.missing}.`,
      };
    case 'stopping-already':
      return { message: `${refusal.by} asked it to stop already.`, hint: 'It stops when its step is done.' };
    case 'runs-elsewhere':
      return { message: `Process ${refusal.pid} is at it.`, hint: 'Wait for its end: approvals shows it.' };
    case 'no-events':
      return { message: 'It has no events that wait to be enabled.', hint: 'There is nothing to do.' };
    case 'shell-only':
      return { message: 'Glass is broken in a shell alone.', hint: 'There: restore … --break-glass "why".' };
    case 'void':
      return {
        message: `The plan is void: ${formatList(refusal.changed)} changed since it was approved.`,
        hint: 'Nothing was touched. Request it again: the plan will be of now.',
      };
    default:
      return refusal satisfies never;
  }
}

/** How each state is said behind "is". */
export const stateWords: Record<RecoveryState, string> = {
  requested: 'waiting for approval',
  approved: 'approved and about to begin',
  denied: 'denied',
  cancelled: 'cancelled',
  expired: 'expired',
  void: 'void',
  running: 'running',
  succeeded: 'done',
  failed: 'left half-way by a failure',
  interrupted: 'interrupted',
  'given-up': 'given up',
};
