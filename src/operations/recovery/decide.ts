import { decideAuthority, type Principal } from '../../domain/principal.ts';
import { type Deciding, decideRecovery, type RecoveryEvent } from '../../domain/recovery/decide-recovery.ts';
import type { StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { authorize } from '../authorize.ts';
import { record } from '../record.ts';
import type { World } from '../world.ts';
import { clearAfter } from './clear-after.ts';
import { isDeactivated } from './deactivated.ts';
import { refused } from './request-recovery.ts';

/** What people may say of a recovery. */
export type Verb = 'approve' | 'deny' | 'cancel' | 'resume' | 'give-up' | 'enable-events' | 'break-glass';

export interface Decision {
  readonly principal: Principal;
  /** Its id, or the four characters at its end. */
  readonly recovery: string;
  /** Known of her account. */
  readonly deactivated?: boolean;
  /** The target's name, where data is replaced. */
  readonly typedTarget?: string;
  /** Which plan was seen; the one that stands when left out. */
  readonly hash?: string;
  readonly why?: string;
}

export type DecisionAnswer = { readonly kind: 'decided'; readonly recovery: StoredRecovery } | Refusal;

/** The same as `decide`, once the directory was asked whether whoever decides still belongs there. */
export async function decideAsked(world: World, verb: Verb, decision: Decision): Promise<DecisionAnswer> {
  const deactivated = await isDeactivated(world, decision.principal.name);
  const answer = decide(world, verb, { ...decision, deactivated });
  if (verb === 'give-up' && answer.kind === 'decided') await clearAfter(world, answer.recovery);
  return answer;
}

/** Decides on what the recovery is right now, whatever was shown when somebody clicked. Said in the audit log, a refusal too. */
export function decide(world: World, verb: Verb, decision: Decision): DecisionAnswer {
  const { principal, typedTarget, hash, why } = decision;
  const found = findRecovery(world, principal, decision.recovery);
  if (found.kind === 'refused') return found;
  const { recovery } = found;
  const person = deciding(principal, recovery, decision.deactivated ?? false);
  const settled = settle(world, recovery, (current) => {
    switch (verb) {
      case 'approve':
        return { kind: verb, person, hash: hash ?? current.hash, ...(typedTarget !== undefined && { typedTarget }) };
      case 'deny':
        return { kind: verb, person, ...(why !== undefined && { why }) };
      case 'break-glass':
        return { kind: verb, person, why: why ?? '' };
      default:
        return { kind: verb, person };
    }
  });
  const { plan, id } = recovery;
  const action = `recovery.${verb}`;
  if (settled.kind === 'refused') {
    record(world, principal, {
      action: `${action}.refused`,
      source: plan.source,
      subject: id,
      detail: { reason: settled.refusal.why },
    });
    return refused(settled.refusal);
  }
  record(world, principal, {
    action,
    source: plan.source,
    subject: id,
    detail: { hash: recovery.hash, state: settled.recovery.state, ...(why !== undefined && { why }) },
  });
  return { kind: 'decided', recovery: settled.recovery };
}

/**
 * Whether somebody may approve it once she has typed what has to be typed: asked before a place to type it is shown. Nothing is decided, and
 * only a refusal is said in the audit log.
 */
export function mayApprove(
  world: World,
  decision: Omit<Decision, 'typedTarget'>,
): { kind: 'may'; recovery: StoredRecovery } | Refusal {
  const { principal, hash } = decision;
  const found = findRecovery(world, principal, decision.recovery);
  if (found.kind === 'refused') return found;
  const { recovery } = found;
  const { plan, id } = recovery;
  const person = deciding(principal, recovery, decision.deactivated ?? false);
  const typed = { kind: 'approve', person, hash: hash ?? recovery.hash, typedTarget: plan.target.name } as const;
  const decided = decideRecovery(recovery, typed, world.clock.now());
  if (decided.kind === 'changed') return { kind: 'may', recovery };
  record(world, principal, {
    action: 'recovery.approve.refused',
    source: plan.source,
    subject: id,
    detail: { reason: decided.refusal.why },
  });
  return refused(decided.refusal);
}

/** Enables the events that came in disabled: the last step, which takes an approver of its own. */
export async function enableEvents(world: World, decision: Decision): Promise<DecisionAnswer> {
  const found = findRecovery(world, decision.principal, decision.recovery);
  if (found.kind === 'refused') return found;
  const answer = await decideAsked(world, 'enable-events', decision);
  if (answer.kind === 'refused') return answer;
  const { plan, eventsToEnable, id } = answer.recovery;
  try {
    await world.targets?.get(plan.target.name)?.enableEvents(eventsToEnable, { binlog: plan.binlog });
  } catch (error) {
    // Not enabled after all: it may be asked for again.
    world.state.recoveries.change(id, (current) => ({ ...current, eventsEnabled: null }));
    throw error;
  }
  return answer;
}

/** The recovery that somebody names, if she may look at its source. */
export function findRecovery(
  world: World,
  principal: Principal,
  wanted: string,
): { kind: 'found'; recovery: StoredRecovery } | Refusal {
  const { recoveries } = world.state;
  const recovery = recoveries.get(wanted) ?? (/^[a-z0-9]{4}$/.test(wanted) ? recoveries.endingWith(wanted) : undefined);
  if (!recovery) return refused({ why: 'unknown-recovery', wanted });
  return authorize(world, principal, 'look', recovery.plan.source) ?? { kind: 'found', recovery };
}

type Settled =
  | { readonly kind: 'changed'; readonly recovery: StoredRecovery }
  | { readonly kind: 'refused'; readonly refusal: RecoveryRefusal };

/** Makes an event happen to what is stored, with nobody in between. */
export function settle(
  world: Pick<World, 'state' | 'clock'>,
  { id }: Pick<StoredRecovery, 'id'>,
  eventOf: (current: StoredRecovery) => RecoveryEvent,
): Settled {
  let refusal: RecoveryRefusal | undefined;
  const recovery = world.state.recoveries.change(id, (current) => {
    const decided = decideRecovery(current, eventOf(current), world.clock.now());
    if (decided.kind === 'changed') return decided.recovery;
    refusal = decided.refusal;
    return undefined;
  });
  if (refusal || !recovery) return { kind: 'refused', refusal: refusal ?? { why: 'unknown-recovery', wanted: id } };
  return { kind: 'changed', recovery };
}

function deciding(principal: Principal, { plan, rule }: StoredRecovery, deactivated: boolean): Deciding {
  const may = (action: 'approve-recovery' | 'request-recovery') =>
    decideAuthority(principal, action, plan.source).kind === 'allowed';
  const roles = [...(principal.roles[plan.source] ?? []), ...(principal.roles['*'] ?? [])];
  return {
    name: principal.name,
    via: principal.via,
    mayApprove: may('approve-recovery') && (rule.role === 'approver' || roles.includes('admin')),
    mayOperate: may('request-recovery'),
    deactivated,
  };
}
