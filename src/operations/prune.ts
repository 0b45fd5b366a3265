import { toFailure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { PlannedRemoval, PrunePlan, RepositoryPlan } from '../domain/retention/prune-plan.ts';
import { isWorthTelling, type PruneReport, pruneNote, withPruneReport } from '../domain/retention/prune-report.ts';
import type { Repository } from '../ports/repository.ts';
import { clearEmptyDays, removeBinlogFile } from './binlog/prune-binlogs.ts';
import { finishRemovals } from './finish-removals.ts';
import { type PlanRequest, planFor } from './plan-prune.ts';
import { record } from './record.ts';
import { removeSet } from './remove-set.ts';
import { repositoryNamed } from './repository-named.ts';
import { resolveSource } from './resolve-source.ts';
import type { World } from './world.ts';

export interface PruneRequest extends PlanRequest {
  /** The id of the plan that somebody saw: nothing is done when it is another one by now. */
  readonly plan?: string;
  /** Ends it after the backup that is being removed. */
  readonly signal?: AbortSignal;
}

export type PruneAnswer =
  | { readonly kind: 'pruned'; readonly report: PruneReport }
  | { readonly kind: 'plan-changed'; readonly plan: PrunePlan }
  | Refusal;

/** Removes whatever a source keeps beyond its time and nothing needs, from every repository. What goes wrong in one is told, and stops the others not. */
export async function prune(world: World, request: PruneRequest): Promise<PruneAnswer> {
  const resolved = resolveSource(world, { ...request, action: 'prune' });
  if (resolved.kind === 'refused') return resolved;
  const { name: source } = resolved.source;
  const lease = `prune:${source}`;
  const { leases } = world.state;
  // This process could take its own lease a second time.
  const running = leases.holder(lease);
  const taken = running ? { kind: 'held' as const, ...running } : leases.take(lease);
  if (taken.kind === 'held') {
    return { kind: 'refused', reason: 'prune-running', source, pid: taken.pid, since: taken.since.toISOString() };
  }
  try {
    return await pruneSource(world, source, request);
  } finally {
    leases.release(lease);
  }
}

async function pruneSource(world: World, source: string, request: PruneRequest): Promise<PruneAnswer> {
  const plan = await planFor(world, source, request);
  if (request.plan !== undefined && request.plan !== plan.id) return { kind: 'plan-changed', plan };
  const report: PruneReport = {
    source,
    at: world.clock.now().toISOString(),
    by: request.principal.name,
    removed: [],
    binlogs: [],
    locked: plan.repositories.flatMap(({ repository, locked }) =>
      locked.map(({ id, lockedUntil }) => ({ id, repository, until: lockedUntil?.toISOString() ?? null })),
    ),
    obstacles: [],
    lingering: [],
  };
  for (const part of plan.repositories) await pruneRepository(world, part, { report, request });
  conclude(world, request.principal, report);
  return { kind: 'pruned', report };
}

async function pruneRepository(
  world: World,
  { repository: name, removals, obstacle }: RepositoryPlan,
  { report, request }: { report: PruneReport; request: PruneRequest },
): Promise<void> {
  if (obstacle) return void report.obstacles.push({ repository: name, ...obstacle });
  const repository = repositoryNamed(world, name);
  const { source } = report;
  try {
    await clearEmptyDays(world, repository, source);
    const lingering = await finishRemovals(world, repository, source);
    if (lingering > 0) report.lingering.push({ repository: name, backups: lingering });
    for (const removal of removals) {
      if (request.signal?.aborted) return;
      if (removal.kind === 'binlog') {
        await removeBinlogFile(world, repository, removal, { source, principal: request.principal });
        countFile(report, name, removal);
      } else {
        const { id, kind, bytes, why } = removal;
        // What stays after all may need what was to go behind it: the next run decides anew.
        if (!(await removeBackup(world, repository, removal, { source, principal: request.principal }))) return;
        report.removed.push({ id, kind, bytes, repository: name, why });
      }
    }
  } catch (error) {
    // What needs others goes first: with one of those still there, none of the rest may go.
    const { message, hint } = toFailure(error);
    report.obstacles.push({ repository: name, message, hint });
    world.log.warn({ source, repository: name, error: message }, 'pruning stopped here');
  }
}

/** False for what must stay after all. */
async function removeBackup(
  world: World,
  repository: Repository,
  { id, why }: PlannedRemoval,
  by: { source: string; principal: Principal },
): Promise<boolean> {
  if (world.state.jobs.running().some(({ backupId }) => backupId === id)) return false;
  return (await removeSet(world, repository, { ...by, id, why })).kind === 'gone';
}

function countFile({ binlogs }: PruneReport, repository: string, { bytes }: PlannedRemoval): void {
  const counted = binlogs.find((each) => each.repository === repository);
  if (!counted) binlogs.push({ repository, files: 1, bytes });
  else Object.assign(counted, { files: counted.files + 1, bytes: counted.bytes + bytes });
}

function conclude(world: World, principal: Principal, report: PruneReport): void {
  const { source, removed, binlogs, locked, obstacles } = report;
  const files = binlogs.reduce((sum, each) => sum + each.files, 0);
  const detail = { removed: removed.length, binlogFiles: files, locked: locked.length, obstacles: obstacles.length };
  record(world, principal, { action: 'prune.ended', source, detail });
  const note = pruneNote(source);
  const { notes } = world.state;
  if (isWorthTelling(report)) notes.set(note, withPruneReport(notes.get(note), report));
}
