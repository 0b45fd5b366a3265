import { describe, expect, it } from 'vitest';
import { type Deciding, decideRecovery, type RecoveryEvent } from '../../../src/domain/recovery/decide-recovery.ts';
import { type Recovery, type RecoveryState, recoveryStates } from '../../../src/domain/recovery/recovery.ts';
import { someRecovery } from '../../support/plan.ts';

const now = new Date('2026-11-28T10:05:00Z');
const late = new Date('2026-11-30T10:05:00Z');
const person = (name: string, change: Partial<Deciding> = {}): Deciding => ({
  name,
  via: 'slack',
  mayApprove: true,
  mayOperate: true,
  deactivated: false,
  ...change,
});
const failure = { code: 'restore-failed', message: 'no', hint: 'mend', retryable: false };
const hash = someRecovery().hash;

/** Every event, by somebody who may do it. */
const events: Record<RecoveryEvent['kind'], RecoveryEvent> = {
  approve: { kind: 'approve', person: person('ravi'), hash },
  deny: { kind: 'deny', person: person('ravi') },
  cancel: { kind: 'cancel', person: person('asha') },
  'break-glass': { kind: 'break-glass', person: person('asha', { via: 'shell' }), why: 'nobody is awake' },
  begin: { kind: 'begin', counts: () => true },
  resume: { kind: 'resume', person: person('asha') },
  'give-up': { kind: 'give-up', person: person('asha') },
  'enable-events': { kind: 'enable-events', person: person('ravi') },
  void: { kind: 'void', changed: ['target'] },
  succeed: { kind: 'succeed' },
  fail: { kind: 'fail', failure },
  interrupt: { kind: 'interrupt', why: 'died' },
  expire: { kind: 'expire' },
};

/** Where each event leads from each state, in time; what is not here is refused. */
const ways: Partial<Record<RecoveryState, Partial<Record<RecoveryEvent['kind'], RecoveryState>>>> = {
  requested: { approve: 'approved', deny: 'denied', cancel: 'cancelled', 'break-glass': 'approved' },
  approved: { deny: 'denied', cancel: 'cancelled', begin: 'running', void: 'void' },
  running: { cancel: 'running', succeed: 'succeeded', fail: 'failed', interrupt: 'interrupted' },
  failed: { resume: 'approved', 'give-up': 'given-up' },
  interrupted: { resume: 'approved', 'give-up': 'given-up' },
  succeeded: { 'enable-events': 'succeeded' },
};

/** What a recovery is like that came into this state in the usual way. */
function inState(state: RecoveryState): Recovery {
  const approvals = state === 'requested' ? [] : [{ by: 'ravi', via: 'slack' as const, at: now.toISOString() }];
  const began = ['running', 'failed', 'interrupted', 'succeeded'].includes(state) ? now.toISOString() : null;
  return someRecovery({ state, approvals, startedAt: began, eventsToEnable: [{ schema: 'a', name: 'nightly' }] });
}

const paths = recoveryStates.flatMap((state) =>
  (Object.keys(events) as RecoveryEvent['kind'][]).map(
    (event) => [state, event, ways[state]?.[event] ?? 'refused'] as const,
  ),
);

describe('a recovery', () => {
  it.each(paths)('that is %s, told to %s, is then %s', (state, event, expected) => {
    const decided = decideRecovery(inState(state), events[event], now);
    expect(decided.kind === 'changed' ? decided.recovery.state : decided.kind).toBe(expected);
  });

  const refusals: [string, Partial<Recovery>, RecoveryEvent, string][] = [
    [
      'its requester, from a shell',
      {},
      { ...events.approve, person: person('asha', { via: 'shell' }) } as RecoveryEvent,
      'self-approval',
    ],
    [
      'one who may not',
      {},
      { ...events.approve, person: person('ravi', { mayApprove: false }) } as RecoveryEvent,
      'not-approver',
    ],
    [
      'one who has left',
      {},
      { ...events.approve, person: person('ravi', { deactivated: true }) } as RecoveryEvent,
      'deactivated',
    ],
    ['one who saw another plan', {}, { kind: 'approve', person: person('ravi'), hash: 'other' }, 'other-plan'],
  ];
  it.each(refusals)('is not approved by %s', (_, change, event, why) => {
    expect(decideRecovery(someRecovery(change), event, now)).toMatchObject({ kind: 'refused', refusal: { why } });
  });

  it('takes as many people as its rule says, each once', () => {
    const rule = { ...someRecovery().rule, approvers: 2 };
    const first = decideRecovery(someRecovery({ rule }), events.approve, now);
    if (first.kind === 'refused') throw new Error(first.refusal.why);
    expect(first.recovery.state).toBe('requested');
    expect(decideRecovery(first.recovery, events.approve, now)).toMatchObject({ refusal: { why: 'approved-already' } });
    const second = decideRecovery(first.recovery, { kind: 'approve', person: person('mina'), hash }, now);
    expect(second).toMatchObject({ recovery: { state: 'approved', approvals: [{ by: 'ravi' }, { by: 'mina' }] } });
  });

  it("wants the target's name typed where data is replaced", () => {
    const rule = { ...someRecovery().rule, typedTarget: true };
    const typed = (typedTarget?: string) =>
      decideRecovery(
        someRecovery({ rule }),
        { ...events.approve, ...(typedTarget && { typedTarget }) } as RecoveryEvent,
        now,
      );
    expect(typed()).toMatchObject({ refusal: { why: 'target-not-typed' } });
    expect(typed('Replacement')).toMatchObject({ refusal: { why: 'target-not-typed' } });
    expect(typed('replacement')).toMatchObject({ recovery: { state: 'approved' } });
  });

  it('expires apart: once for approving it, once for beginning with it', () => {
    expect(decideRecovery(someRecovery(), events.approve, late)).toMatchObject({ refusal: { why: 'expired' } });
    expect(decideRecovery(someRecovery(), events.expire, late)).toMatchObject({ recovery: { state: 'expired' } });
    const approved = decideRecovery(someRecovery(), events.approve, now);
    if (approved.kind === 'refused') throw new Error(approved.refusal.why);
    expect(approved.recovery.validUntil).toBe('2026-11-28T14:05:00.000Z');
    const afterWindow = new Date('2026-11-28T14:05:01Z');
    expect(decideRecovery(approved.recovery, events.begin, afterWindow)).toMatchObject({
      refusal: { why: 'window-passed' },
    });
  });

  it('does not begin when somebody who approved it counts no longer', () => {
    const begin: RecoveryEvent = { kind: 'begin', counts: (name) => name !== 'ravi' };
    expect(decideRecovery(inState('approved'), begin, now)).toMatchObject({
      refusal: { why: 'approvals-lapsed', missing: 1 },
    });
  });

  it('that was begun is never cancelled or expired away: its target is half-way', () => {
    const begun = { ...inState('approved'), startedAt: now.toISOString() };
    expect(decideRecovery(begun, events.cancel, now)).toMatchObject({ recovery: { state: 'interrupted' } });
    expect(decideRecovery(begun, events.expire, late)).toMatchObject({ recovery: { state: 'interrupted' } });
  });

  it('has its glass broken in a shell alone', () => {
    const inSlack: RecoveryEvent = { kind: 'break-glass', person: person('asha'), why: 'now' };
    expect(decideRecovery(someRecovery(), inSlack, now)).toMatchObject({ refusal: { why: 'shell-only' } });
  });
});
