import { compactTime } from '../../domain/backup-id.ts';
import type { Principal } from '../../domain/principal.ts';
import { ruleFor } from '../../domain/recovery/approval-rule.ts';
import { planHash, type RecoveryPlan } from '../../domain/recovery/plan.ts';
import type { Recovery, StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { WantedEnd } from '../../domain/recovery/recovery-end.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import type { ScenarioName } from '../../domain/recovery/scenario.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { findBackup } from '../find-backup.ts';
import { randomSuffix } from '../random-suffix.ts';
import { record } from '../record.ts';
import { resolveSource } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { scenarioNamed } from './scenarios.ts';

export interface RecoveryRequest {
  readonly principal: Principal;
  readonly scenario: ScenarioName;
  /** May be left out when there is one source. */
  readonly source?: string;
  /** Of the configuration; left out for a scratch server. */
  readonly target?: string;
  readonly end: WantedEnd;
  /** Only this one is the base: an id, or its last four characters. */
  readonly backup?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** What would be done, without asking for it. */
export async function planRecovery(
  world: World,
  request: RecoveryRequest,
): Promise<{ kind: 'planned'; plan: RecoveryPlan } | Refusal> {
  const { principal, scenario, source, target, backup, end, details } = request;
  const resolved = resolveSource(world, {
    principal,
    action: 'request-recovery',
    ...(source !== undefined && { source }),
  });
  if (resolved.kind === 'refused') return resolved;
  const { name } = resolved.source;
  const found =
    backup === undefined
      ? undefined
      : findBackup(world, { principal, action: 'request-recovery', backup, source: name });
  if (found?.kind === 'refused') return found;
  const plan = await scenarioNamed(scenario).plan(world, {
    principal,
    source: name,
    end,
    signal: request.signal ?? new AbortController().signal,
    ...(target !== undefined && { target }),
    ...(found && { backup: found.entry }),
    ...(details && { details }),
  });
  return 'why' in plan ? refused(plan) : { kind: 'planned', plan };
}

/** Plans a recovery and asks for its approval. One that goes to a server which another open one goes to is refused. */
export async function requestRecovery(
  world: World,
  request: RecoveryRequest,
): Promise<{ kind: 'requested'; recovery: StoredRecovery } | Refusal> {
  const planned = await planRecovery(world, request);
  if (planned.kind === 'refused') return planned;
  const { plan } = planned;
  const asked = world.state.recoveries.request(newRecovery(world, request.principal, plan));
  if (asked.kind === 'busy') {
    const { id, state } = asked.other;
    return refused({ why: 'target-busy', recovery: id, target: plan.target.name, state });
  }
  const { id, hash } = asked.recovery;
  record(world, request.principal, {
    action: 'recovery.requested',
    source: plan.source,
    subject: id,
    detail: { scenario: plan.scenario, target: plan.target.name, hash },
  });
  return asked;
}

function newRecovery(world: World, { name, via }: Principal, plan: RecoveryPlan): Recovery {
  const now = world.clock.now();
  const rule = ruleFor(world.approvals ?? {}, plan.scenario, { replaces: plan.target.replaces.length > 0 });
  return {
    id: `r-${compactTime(now)}-${randomSuffix()}`,
    plan,
    hash: planHash(plan),
    rule,
    requested: { by: name, via, at: now.toISOString() },
    state: 'requested',
    approvals: [],
    breakGlass: null,
    ended: null,
    validUntil: new Date(now.getTime() + rule.expiresSeconds * 1000).toISOString(),
    startedAt: null,
    finishedAt: null,
    steps: [],
    progress: null,
    failure: null,
    stopAsked: null,
    eventsToEnable: [],
    validation: null,
    eventsEnabled: null,
    notes: [],
    scratch: null,
  };
}

export function refused(refusal: RecoveryRefusal): Refusal {
  return { kind: 'refused', reason: 'recovery', refusal };
}
