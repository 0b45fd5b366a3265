import { setObjects, setPrefix } from '../domain/backup-set.ts';
import type { CatalogEntry } from '../domain/catalog.ts';
import { toFailure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { goodOnes, isLink } from '../domain/retention/chain-needs.ts';
import { decideRetention, inOrderOfGoing } from '../domain/retention/decide-retention.ts';
import {
  type Obstacle,
  type PrunePlan,
  prunePlan,
  type RepositoryPlan,
  type RetainedEntry,
  sortVerdicts,
} from '../domain/retention/prune-plan.ts';
import { retained, retentionPolicy } from '../domain/retention/retained.ts';
import type { Hold, Verdict } from '../domain/retention/retention.ts';
import type { Repository } from '../ports/repository.ts';
import { retainedBinlogs } from './binlog/prune-binlogs.ts';
import { inParallel } from './in-parallel.ts';
import { listedIn } from './listed-in.ts';
import { openSet } from './open-set.ts';
import { everyRepository } from './repository-named.ts';
import { resolveSource } from './resolve-source.ts';
import type { World } from './world.ts';

export interface PlanRequest {
  readonly principal: Principal;
  /** May be left out when there is one source. */
  readonly source?: string;
  /** Instead of the binlog files that lie there. */
  readonly binlogs?: BinlogReader;
}

export type BinlogReader = typeof retainedBinlogs;

/** What pruning would remove now, and why the rest stays. Changes nothing. */
export async function planPrune(
  world: World,
  request: PlanRequest,
): Promise<{ kind: 'plan'; plan: PrunePlan } | Refusal> {
  const resolved = resolveSource(world, { ...request, action: 'look' });
  if (resolved.kind === 'refused') return resolved;
  return { kind: 'plan', plan: await planFor(world, resolved.source.name, request) };
}

/** Each repository by itself: a copy that is behind keeps a last good chain of its own. One that is out of reach is an obstacle, not a fault. */
export async function planFor(
  world: World,
  source: string,
  { principal, binlogs = retainedBinlogs }: Pick<PlanRequest, 'principal' | 'binlogs'>,
): Promise<PrunePlan> {
  const plans: RepositoryPlan[] = [];
  for (const repository of everyRepository(world)) {
    try {
      const links = await binlogs(world, repository, source);
      plans.push(await planRepository(world, repository, source, { principal, links }));
    } catch (error) {
      plans.push(blocked(repository, toFailure(error)));
    }
  }
  return prunePlan(source, world.clock.now(), plans);
}

async function planRepository(
  world: World,
  repository: Repository,
  source: string,
  { principal, links }: { principal: Principal; links: readonly RetainedEntry[] },
): Promise<RepositoryPlan> {
  const listed = listedIn(world, repository, source);
  const entries = [...listed.map(retained), ...links];
  const now = world.clock.now();
  const policy = retentionPolicy(world.schedules);
  const wished = decideRetention(entries, policy, now);
  const going = inOrderOfGoing(wished);
  const obstacle = await findObstacle(world, repository, entries, { principal, going, now });
  if (obstacle) return { ...blocked(repository, obstacle), kept: wished.filter(({ verdict }) => verdict === 'keep') };
  const locks = await locksOn(repository, going, entries);
  const holds = holdsOn(world, listed, locks);
  // Decided once more: what cannot go yet still needs what it needs.
  const held = entries.map((entry) => ({ ...entry, ...holds.get(entry.id) }));
  return { repository: repository.name, ...sortVerdicts(decideRetention(held, policy, now), entries, locks) };
}

/** What must wait, and why. */
function holdsOn(
  world: World,
  listed: readonly CatalogEntry[],
  locks: ReadonlyMap<string, Date | null>,
): Map<string, { hold: Hold }> {
  const hold = (id: string, reason: Hold['reason'], why: string) => [id, { hold: { reason, why } }] as const;
  const read = world.state.jobs.running().flatMap(({ backupId }) => backupId ?? []);
  const half = listed.filter(({ shredded }) => shredded && shredded.remains.length > 0);
  return new Map([
    ...[...locks.keys()].map((id) => hold(id, 'locked', 'Object Lock keeps it')),
    ...read.map((id) => hold(id, 'in-use', 'somebody is reading it; it goes the next time')),
    ...half.map(({ id }) => hold(id, 'in-use', 'its shredding has to be finished first')),
  ]);
}

function blocked({ name }: Repository, { message, hint }: Obstacle): RepositoryPlan {
  return { repository: name, removals: [], locked: [], kept: [], obstacle: { message, hint } };
}

/**
 * Backups go because newer ones are good, and the catalog says which are. Before anything goes, those are looked at: all of their objects
 * have to be there, with the sizes they were stored with.
 */
async function findObstacle(
  world: World,
  repository: Repository,
  entries: readonly RetainedEntry[],
  { principal, going, now }: { principal: Principal; going: readonly Verdict[]; now: Date },
): Promise<Obstacle | undefined> {
  const kinds = new Set(going.map(({ kind }) => (isLink(kind) ? 'full' : kind)));
  for (const kind of kinds) {
    const heir = goodOnes(entries, kind, now).at(-1);
    const missing = heir && (await whatIsMissing(world, repository, heir.id, principal));
    if (!heir || missing === undefined) continue;
    return {
      message: `${heir.id}, the newest verified ${kind} backup, is not whole in ${repository.name}: ${missing}. Nothing was removed there.`,
      hint: `Find out more: tidemark verify ${heir.id}. Older ones go once a newer one is good.`,
    };
  }
  return undefined;
}

async function whatIsMissing(
  world: World,
  repository: Repository,
  id: string,
  principal: Principal,
): Promise<string | undefined> {
  const prefix = setPrefix(id) ?? '';
  const found = new Map<string, number>();
  for await (const { key, bytes } of repository.list(prefix)) found.set(key.slice(prefix.length), bytes);
  for (const name of [setObjects.keys, setObjects.manifest]) if (!found.has(name)) return `${name} is missing`;
  const { manifest } = await openSet(world, repository, id, { principal, purpose: 'prune' });
  const lacking = manifest.parts.find(({ name, storedBytes }) => found.get(name) !== storedBytes);
  return lacking && `${lacking.name} ${found.has(lacking.name) ? 'has another size' : 'is missing'}`;
}

/** Which of those that are to go the place is bound to keep, and until when. */
async function locksOn(
  { list, versions }: Repository,
  going: readonly Verdict[],
  entries: readonly RetainedEntry[],
): Promise<Map<string, Date | null>> {
  const locks = new Map<string, Date | null>();
  if (!versions) return locks;
  const piecesOf = new Map(entries.map(({ id, pieces }) => [id, pieces]));
  for (const { id } of going) {
    const { facts = [], bytes = [] } = piecesOf.get(id) ?? {};
    const keys = [...facts, ...bytes];
    const prefix = setPrefix(id);
    if (prefix !== undefined) for await (const { key } of list(prefix)) keys.push(key);
    await inParallel(keys, { parallel: 8, signal: new AbortController().signal }, async (key) => {
      const lock = await versions.lockOf(key);
      if (!lock) return;
      const before = locks.get(id);
      // A hold without an end outlasts every date.
      const later = before === null || !lock.until ? null : before && before > lock.until ? before : lock.until;
      locks.set(id, later);
    });
  }
  return locks;
}
