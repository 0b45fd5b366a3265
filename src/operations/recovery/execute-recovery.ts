import { Failure, toFailure } from '../../domain/failure.ts';
import { scheduler } from '../../domain/principal.ts';
import { isLate } from '../../domain/recovery/decide-recovery.ts';
import { changedParts } from '../../domain/recovery/plan.ts';
import type { Recovery, StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { record } from '../record.ts';
import { notedJournal } from '../restore-journal.ts';
import type { World } from '../world.ts';
import { isDeactivated } from './deactivated.ts';
import { settle } from './decide.ts';
import { keepRate } from './rates.ts';
import { refused } from './request-recovery.ts';
import { unitedEvents } from './restore-steps.ts';
import type { RecoveryRun, Scenario } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';
import { scratchStands } from './standing-scratch.ts';

/** Who runs a recovery has this lease. */
export function recoveryLease(id: string): string {
  return `recovery:${id}`;
}

const lifeSignMilliseconds = 2_000;
const progressMilliseconds = 400;

/**
 * Carries out what was approved, and only that: the plan is made again first and has to come out the same. One that was begun goes on at the step
 * that was not done. Resolves with how it ended; a failure of a step is a state, not an exception.
 */
export async function executeRecovery(
  world: World,
  id: string,
  { signal }: { signal: AbortSignal },
): Promise<{ kind: 'ended'; recovery: StoredRecovery } | Refusal> {
  const lease = world.state.leases.take(recoveryLease(id));
  if (lease.kind === 'held') return refused({ why: 'runs-elsewhere', pid: lease.pid });
  const stopBeating = world.clock.every(lifeSignMilliseconds, async () => world.state.leases.beat());
  try {
    const approved = world.state.recoveries.get(id);
    if (!approved) return refused({ why: 'unknown-recovery', wanted: id });
    const scenario = scenarioNamed(approved.plan.scenario);
    const isFirst = approved.startedAt === null;
    if (approved.state === 'approved' && isFirst && !isLate(approved, world.clock.now())) {
      const stale = await staleness(world, scenario, approved, signal);
      if (stale) return stale;
    }
    const gone = await whoLeft(world, approved);
    const counts = (name: string) => !gone.has(name) && stillCounts(world, approved, name);
    const begun = settle(world, approved, () => ({ kind: 'begin', counts }));
    if (begun.kind === 'refused') return refused(begun.refusal);
    told(world, begun.recovery, isFirst ? 'recovery.begun' : 'recovery.resumed');
    world.crashPoint('recovery-begun');
    return { kind: 'ended', recovery: await conduct(world, scenario, begun.recovery, signal) };
  } finally {
    await stopBeating();
    world.state.leases.release(recoveryLease(id));
  }
}

/** A plan whose backup, target or objects are others now is void: nothing of it is done. */
async function staleness(
  world: World,
  scenario: Scenario,
  recovery: StoredRecovery,
  signal: AbortSignal,
): Promise<Refusal | undefined> {
  const { plan } = recovery;
  const now = await scenario.plan(world, {
    principal: scheduler,
    source: plan.source,
    end: plan.wanted,
    details: plan.details,
    pinned: plan,
    signal,
    ...(plan.target.kind !== 'scratch' && { target: plan.target.name }),
  });
  const changed = 'why' in now ? ['backup' as const] : changedParts(plan, now);
  if (changed.length === 0) return undefined;
  const settled = settle(world, recovery, () => ({ kind: 'void', changed }));
  if (settled.kind === 'changed') told(world, settled.recovery, 'recovery.void', { changed: changed.join(', ') });
  return refused('why' in now ? now : { why: 'void', changed });
}

async function whoLeft(world: World, { approvals }: StoredRecovery): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const { by } of approvals) if (await isDeactivated(world, by)) gone.add(by);
  return gone;
}

/** Somebody who is not listed any more, or lost the role, has approved nothing. */
function stillCounts({ people }: World, { plan, rule }: StoredRecovery, name: string): boolean {
  if (!people) return true;
  const roles = people[name]?.roles ?? {};
  const held = [...(roles[plan.source] ?? []), ...(roles['*'] ?? [])];
  return held.includes('admin') || (rule.role === 'approver' && held.includes('approver'));
}

async function conduct(
  world: World,
  scenario: Scenario,
  recovery: StoredRecovery,
  signal: AbortSignal,
): Promise<StoredRecovery> {
  const { id, plan } = recovery;
  const journal = notedJournal(world.state.notes, id);
  // What was done on a scratch server went with it.
  if (plan.target.kind === 'scratch' && !scratchStands(id)) {
    journal.forget();
    notedJournal(world.state.notes, `${id}:set`).forget();
    change(world, id, { steps: [], scratch: null });
  }
  const fresh = notedJournal(world.state.notes, id);
  const run = makeRun(world, recovery, fresh, signal);
  let ended: Parameters<typeof settle>[2];
  try {
    for (const step of plan.steps) {
      if (fresh.state(step.id) === 'done') continue;
      signal.throwIfAborted();
      const asked = world.state.recoveries.get(id)?.stopAsked;
      if (asked)
        return finish(world, id, () => ({ kind: 'interrupt', why: `stopped by ${asked.by} before: ${step.title}` }));
      await runStep(world, scenario, run, step.id);
    }
    ended = () => ({ kind: 'succeed' });
  } catch (error) {
    if (signal.aborted) {
      ended = () => ({ kind: 'interrupt', why: 'its process was asked to end' });
    } else {
      const { code, message, hint, retryable } = toFailure(error);
      world.log.error({ recovery: id, code, message }, 'A recovery failed');
      ended = () => ({ kind: 'fail', failure: { code, message, hint, retryable } });
    }
  }
  const done = finish(world, id, ended);
  world.crashPoint('recovery-done');
  if (done.state === 'succeeded') {
    fresh.forget();
    notedJournal(world.state.notes, `${id}:set`).forget();
  } else if (plan.target.kind === 'scratch' && done.state === 'interrupted') await scenario.close?.(run);
  return done;
}

async function runStep(
  world: World,
  scenario: Scenario,
  run: RecoveryRun & { bytes(): number },
  step: string,
): Promise<void> {
  const act = scenario.steps[step];
  if (!act) {
    throw new Failure('internal', `This Tidemark knows no step ${step}.`, {
      hint: 'Give the recovery up, and request it again.',
    });
  }
  const { id, journal } = run;
  if (journal.state(step) === undefined) journal.begin(step);
  const began = world.clock.now();
  noteStep(world, id, step, { startedAt: began.toISOString(), finishedAt: null });
  world.crashPoint('recovery-step-begun');
  await act(run);
  const finished = world.clock.now();
  journal.done(step);
  noteStep(world, id, step, { startedAt: began.toISOString(), finishedAt: finished.toISOString() });
  keepRate(world.state.notes, step, stepBytes(run.plan, step), finished.getTime() - began.getTime());
  world.crashPoint('recovery-step-done');
}

function stepBytes({ backup, range }: Recovery['plan'], step: string): number {
  if (step === 'replay') return range?.files.reduce((sum, { end }) => sum + end, 0) ?? 0;
  return step === 'read' || step === 'restore' ? (backup?.rawBytes ?? 0) : 0;
}

function noteStep(
  world: World,
  id: string,
  step: string,
  times: { startedAt: string; finishedAt: string | null },
): void {
  world.state.recoveries.change(id, (recovery) => ({
    ...recovery,
    progress: null,
    steps: [...recovery.steps.filter((each) => each.id !== step), { id: step, ...times }],
  }));
}

function makeRun(
  world: World,
  { id, plan }: StoredRecovery,
  journal: RecoveryRun['journal'],
  signal: AbortSignal,
): RecoveryRun & { bytes(): number } {
  let writtenAt = 0;
  let bytes = 0;
  return {
    world,
    id,
    plan,
    journal,
    signal,
    bytes: () => bytes,
    progress({ bytes: doneBytes = 0, total = 0, note }) {
      bytes = doneBytes;
      const now = world.clock.now().getTime();
      if (now - writtenAt < progressMilliseconds) return;
      writtenAt = now;
      const progress = {
        step: 'restoring' as const,
        doneBytes: Math.max(0, doneBytes),
        totalBytes: total,
        storedBytes: 0,
        doneParts: 0,
        totalParts: 0,
        ...(note !== undefined && { note }),
      };
      change(world, id, { progress });
    },
    note: (text) =>
      void world.state.recoveries.change(id, (recovery) => ({
        ...recovery,
        notes: recovery.notes.includes(text) ? recovery.notes : [...recovery.notes, text],
      })),
    validated: (report) => change(world, id, { validation: report }),
    eventsToEnable: (events) =>
      void world.state.recoveries.change(id, (recovery) => ({
        ...recovery,
        eventsToEnable: unitedEvents(recovery.eventsToEnable, events),
      })),
  };
}

function change(world: World, id: string, changed: Partial<Recovery>): void {
  world.state.recoveries.change(id, (recovery) => ({ ...recovery, ...changed }));
}

function finish(world: World, id: string, eventOf: Parameters<typeof settle>[2]): StoredRecovery {
  const settled = settle(world, { id }, eventOf);
  if (settled.kind === 'refused') throw new Error(`recovery ${id} could not end: ${settled.refusal.why}`);
  told(world, settled.recovery, `recovery.${settled.recovery.state}`);
  return settled.recovery;
}

function told(
  world: World,
  { id, plan, hash }: StoredRecovery,
  action: string,
  detail: Record<string, string> = {},
): void {
  record(world, scheduler, { action, source: plan.source, subject: id, detail: { hash, ...detail } });
}
