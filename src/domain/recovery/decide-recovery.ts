import type { FailureFacts } from '../job.ts';
import type { Principal } from '../principal.ts';
import type { PlanPart } from './plan.ts';
import type { Recovery, RecoveryState, SaidBy } from './recovery.ts';
import type { RecoveryRefusal } from './recovery-refusal.ts';

/** What somebody wants of a recovery, or what happened to it. */
export type RecoveryEvent =
  | { readonly kind: 'approve'; readonly person: Deciding; readonly hash: string; readonly typedTarget?: string }
  | { readonly kind: 'deny'; readonly person: Deciding; readonly why?: string }
  | { readonly kind: 'cancel'; readonly person: Deciding }
  | { readonly kind: 'break-glass'; readonly person: Deciding; readonly why: string }
  /** `counts` says whose approvals still do. */
  | { readonly kind: 'begin'; readonly counts: (name: string) => boolean }
  | { readonly kind: 'resume'; readonly person: Deciding }
  | { readonly kind: 'give-up'; readonly person: Deciding }
  | { readonly kind: 'enable-events'; readonly person: Deciding }
  | { readonly kind: 'void'; readonly changed: readonly PlanPart[] }
  | { readonly kind: 'succeed' }
  | { readonly kind: 'fail'; readonly failure: FailureFacts }
  | { readonly kind: 'interrupt'; readonly why: string }
  | { readonly kind: 'expire' };

/** Who decides, and what is known of her right now. */
export interface Deciding extends Pick<Principal, 'name' | 'via'> {
  /** Whether her role lets her approve here. */
  readonly mayApprove: boolean;
  /** Whether she may request, cancel and resume. */
  readonly mayOperate: boolean;
  /** A person who left counts no more, whatever the configuration says. */
  readonly deactivated: boolean;
}

export type Decided =
  | { readonly kind: 'changed'; readonly recovery: Recovery }
  | { readonly kind: 'refused'; readonly refusal: RecoveryRefusal };

/** What becomes of a recovery. Pure: every path through its states is decided here. */
export function decideRecovery(recovery: Recovery, event: RecoveryEvent, now: Date): Decided {
  const { state } = recovery;
  const late = isLate(recovery, now);
  if ('person' in event && event.person.deactivated) return no({ why: 'deactivated', who: event.person.name });
  switch (event.kind) {
    case 'approve':
      return state === 'requested' ? approve(recovery, event, now, late) : notNow(recovery);
    case 'deny':
      if (state !== 'requested' && state !== 'approved') return notNow(recovery);
      if (!event.person.mayApprove) return no({ why: 'not-approver', role: recovery.rule.role });
      return to(recovery, 'denied', { ended: { ...said(event.person, now), ...(event.why && { why: event.why }) } });
    case 'cancel':
      return cancel(recovery, event.person, now);
    case 'break-glass':
      if (state !== 'requested') return notNow(recovery);
      if (event.person.via !== 'shell') return no({ why: 'shell-only' });
      if (!event.person.mayApprove && !event.person.mayOperate)
        return no({ why: 'not-approver', role: recovery.rule.role });
      return to(recovery, 'approved', { breakGlass: event.why, validUntil: windowEnd(recovery, now) });
    case 'begin':
      return begin(recovery, event.counts, now, late);
    case 'resume':
      if (state !== 'failed' && state !== 'interrupted') return notNow(recovery);
      if (!event.person.mayOperate && !event.person.mayApprove) return no({ why: 'not-operator' });
      // As if approved anew: whoever runs recoveries takes it up, and it goes on at the step that was not done.
      return to(recovery, 'approved', {
        failure: null,
        stopAsked: null,
        ended: null,
        finishedAt: null,
        validUntil: windowEnd(recovery, now),
      });
    case 'give-up':
      if (state !== 'failed' && state !== 'interrupted') return notNow(recovery);
      if (!event.person.mayOperate && !event.person.mayApprove) return no({ why: 'not-operator' });
      return to(recovery, 'given-up', { ended: said(event.person, now), finishedAt: now.toISOString() });
    case 'enable-events':
      return enableEvents(recovery, event.person, now);
    case 'void':
      if (state !== 'approved') return notNow(recovery);
      return to(recovery, 'void', { ended: { at: now.toISOString(), why: event.changed.join(', ') } });
    case 'succeed':
    case 'fail':
    case 'interrupt':
      return state === 'running' ? finish(recovery, event, now) : notNow(recovery);
    case 'expire':
      if (!late) return notNow(recovery);
      if (recovery.startedAt !== null)
        return to(recovery, 'interrupted', { ended: { at: now.toISOString(), why: 'nobody went on with it' } });
      return to(recovery, 'expired', { ended: { at: now.toISOString(), why: state } });
    default:
      return event satisfies never;
  }
}

/** Whether the time to approve it, or to begin with it, is over. */
export function isLate({ state, validUntil }: Recovery, now: Date): boolean {
  return (state === 'requested' || state === 'approved') && now.getTime() > Date.parse(validUntil);
}

/** How many more people have to approve. */
export function approvalsMissing({ rule, approvals, breakGlass }: Recovery): number {
  return breakGlass === null ? Math.max(0, rule.approvers - approvals.length) : 0;
}

function approve(
  recovery: Recovery,
  { person, hash, typedTarget }: Extract<RecoveryEvent, { kind: 'approve' }>,
  now: Date,
  late: boolean,
): Decided {
  const { rule, plan, requested, approvals } = recovery;
  if (late) return no({ why: 'expired', at: recovery.validUntil });
  if (person.name === requested.by) return no({ why: 'self-approval' });
  if (!person.mayApprove) return no({ why: 'not-approver', role: rule.role });
  if (approvals.some(({ by }) => by === person.name)) return no({ why: 'approved-already' });
  if (hash !== recovery.hash) return no({ why: 'other-plan' });
  if (rule.typedTarget && typedTarget !== plan.target.name)
    return no({ why: 'target-not-typed', target: plan.target.name });
  const given = { ...recovery, approvals: [...approvals, said(person, now)] };
  if (approvalsMissing(given) > 0) return { kind: 'changed', recovery: given };
  return to(given, 'approved', { validUntil: windowEnd(recovery, now) });
}

function cancel(recovery: Recovery, person: Deciding, now: Date): Decided {
  const isOwn = person.name === recovery.requested.by;
  if (!isOwn && !person.mayApprove && !person.mayOperate) return no({ why: 'not-operator' });
  switch (recovery.state) {
    case 'approved':
      // One that was begun has left the target half-way: that is not forgotten by a word.
      if (recovery.startedAt !== null)
        return to(recovery, 'interrupted', { ended: { ...said(person, now), why: 'stopped' } });
      return to(recovery, 'cancelled', { ended: said(person, now) });
    case 'requested':
      return to(recovery, 'cancelled', { ended: said(person, now) });
    case 'running':
      if (recovery.stopAsked) return no({ why: 'stopping-already', by: recovery.stopAsked.by });
      return { kind: 'changed', recovery: { ...recovery, stopAsked: said(person, now) } };
    case 'succeeded':
      // Whoever keeps the scratch server ends it when it is not noted any more.
      return recovery.scratch ? { kind: 'changed', recovery: { ...recovery, scratch: null } } : notNow(recovery);
    default:
      return notNow(recovery);
  }
}

function begin(recovery: Recovery, counts: (name: string) => boolean, now: Date, late: boolean): Decided {
  if (recovery.state !== 'approved') return notNow(recovery);
  if (late) return no({ why: 'window-passed', at: recovery.validUntil });
  const approvals = recovery.approvals.filter(({ by }) => by !== recovery.requested.by && counts(by));
  const missing = approvalsMissing({ ...recovery, approvals });
  if (missing > 0) return no({ why: 'approvals-lapsed', missing });
  return to(recovery, 'running', { startedAt: recovery.startedAt ?? now.toISOString() });
}

function finish(
  recovery: Recovery,
  event: Extract<RecoveryEvent, { kind: 'succeed' | 'fail' | 'interrupt' }>,
  now: Date,
): Decided {
  const finishedAt = now.toISOString();
  switch (event.kind) {
    case 'succeed':
      return to(recovery, 'succeeded', { finishedAt, failure: null });
    case 'fail':
      return to(recovery, 'failed', { finishedAt, failure: event.failure });
    case 'interrupt':
      return to(recovery, 'interrupted', { finishedAt, ended: { at: finishedAt, why: event.why } });
    default:
      return event satisfies never;
  }
}

/** They act on data by themselves from then on: so it takes an approver, who is not the one that asked for the recovery. */
function enableEvents(recovery: Recovery, person: Deciding, now: Date): Decided {
  if (recovery.state !== 'succeeded') return notNow(recovery);
  if (recovery.eventsEnabled || recovery.eventsToEnable.length === 0) return no({ why: 'no-events' });
  if (person.name === recovery.requested.by && recovery.breakGlass === null) return no({ why: 'self-approval' });
  if (!person.mayApprove) return no({ why: 'not-approver', role: recovery.rule.role });
  return { kind: 'changed', recovery: { ...recovery, eventsEnabled: said(person, now) } };
}

function windowEnd({ rule }: Recovery, now: Date): string {
  return new Date(now.getTime() + rule.windowSeconds * 1000).toISOString();
}

function said({ name, via }: Deciding, now: Date): SaidBy {
  return { by: name, via, at: now.toISOString() };
}

function to(recovery: Recovery, state: RecoveryState, change: Partial<Recovery>): Decided {
  return { kind: 'changed', recovery: { ...recovery, ...change, state } };
}

function no(refusal: RecoveryRefusal): Decided {
  return { kind: 'refused', refusal };
}

function notNow({ state }: Recovery): Decided {
  return no({ why: 'not-now', state });
}
