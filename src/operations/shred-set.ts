import { setObjects, setPrefix } from '../domain/backup-set.ts';
import { type CatalogEntry, newestGood } from '../domain/catalog.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { sha256 } from '../domain/sha256.ts';
import type { Shredding } from '../domain/shredding.ts';
import type { Repository } from '../ports/repository.ts';
import { type DestroyedKey, destroyKey, isGone } from './destroy-key.ts';
import { findBackup } from './find-backup.ts';
import { holdingKeys } from './holding-keys.ts';
import { readWhole } from './open-set.ts';
import { record } from './record.ts';
import { everyRepository } from './repository-named.ts';
import { alreadyRunning } from './run-job.ts';
import type { World } from './world.ts';

export interface ShredRequest {
  readonly principal: Principal;
  /** A backup id, its last four characters, or `latest`. */
  readonly backup: string;
  readonly source?: string;
  readonly reason: string;
  /** Is shown what will be lost, and answers with the backup's whole id when that is meant. */
  readonly confirm: (plan: ShredPlan) => Promise<string>;
}

export interface ShredPlan {
  readonly entry: CatalogEntry;
  /** Names of the repositories in which its key will be destroyed. */
  readonly repositories: readonly string[];
  /** The newest proven backup of its source that will remain. */
  readonly remaining: CatalogEntry | null;
}

/** What the audit log holds of it. */
export interface ShredCertificate {
  readonly kind: 'shredded';
  readonly backupId: string;
  readonly at: string;
  readonly by: string;
  readonly reason: string;
  readonly keys: readonly DestroyedKey[];
  /** Whether no repository has the key any more. Otherwise it is to be done again. */
  readonly complete: boolean;
  readonly record: { readonly sequence: number; readonly hash: string };
}

/**
 * Makes a backup unreadable for ever, by destroying every version of its `keys` object in every repository. Failure `usage` without a
 * reason; `repository-unavailable` when one of them cannot be read, before anything is destroyed.
 */
export async function shredSet(world: World, request: ShredRequest): Promise<ShredCertificate | Refusal> {
  const { principal } = request;
  const found = findBackup(world, { ...request, action: 'shred' });
  if (found.kind === 'refused') return found;
  const { entry } = found;
  const { id, shredded } = entry;
  const reason = request.reason.trim();
  if (reason === '')
    throw new Failure('usage', 'Why is it shredded?', { hint: 'Say it in a few words: --reason "…".' });
  if (shredded?.remains.length === 0) {
    return { kind: 'refused', reason: 'shredded', backupId: id, at: shredded.at, by: shredded.by };
  }
  const typed = await request.confirm(planFor(world, entry));
  if (typed.trim() !== id) {
    record(world, principal, { action: 'shred.refused', source: entry.source, subject: id, detail: { typed } });
    return { kind: 'refused', reason: 'not-confirmed', wanted: id };
  }
  // The approval of a second person joins here, with recovery.
  return holdingKeys(world, async () => {
    const user = world.state.jobs.running(entry.source).find(({ backupId }) => backupId === id);
    return user ? alreadyRunning(user) : destroyEverywhere(world, entry, { principal, reason });
  });
}

function planFor(world: World, entry: CatalogEntry): ShredPlan {
  const others = world.state.catalog.list({ source: entry.source }).filter(({ id }) => id !== entry.id);
  return {
    entry,
    repositories: everyRepository(world).map(({ name }) => name),
    remaining: newestGood(others, 'full', { proven: true }) ?? null,
  };
}

/** Written down before it is done: a crash on the way leaves a backup that counts as none, and that can be shredded again. */
async function destroyEverywhere(
  world: World,
  entry: CatalogEntry,
  { principal, reason }: { principal: Principal; reason: string },
): Promise<ShredCertificate> {
  const { id, source } = entry;
  const key = `${setPrefix(id)}${setObjects.keys}`;
  const repositories = everyRepository(world);
  const hashes = await Promise.all(repositories.map((repository) => hashOf(repository, key)));
  const before = Object.fromEntries(
    repositories.map(({ name }, index) => [`${name}.sha256`, hashes[index] ?? 'nothing there']),
  );
  const about = { source, subject: id };
  const { at } = record(world, principal, { action: 'keys.shredding', ...about, detail: { reason, ...before } });
  const shredding: Shredding = {
    at: at.toISOString(),
    by: principal.name,
    reason,
    remains: repositories.map(({ name }) => ({ repository: name, until: null })),
  };
  world.state.catalog.put({ ...entry, shredded: shredding });
  world.crashPoint('shred-begun');

  const keys: DestroyedKey[] = [];
  for (const [index, repository] of repositories.entries()) {
    keys.push(await destroyKey(repository, key, hashes[index] ?? null));
    world.crashPoint('shred-key-destroyed');
  }
  const remains = keys
    .filter((destroyed) => !isGone(destroyed))
    .map(({ repository, lockedUntil }) => ({ repository, until: lockedUntil?.includes('T') ? lockedUntil : null }));
  world.state.catalog.put({ ...entry, shredded: { ...shredding, remains } });
  const complete = remains.length === 0;
  const { sequence, hash } = record(world, principal, {
    action: 'keys.shredded',
    ...about,
    detail: { reason, complete, ...Object.assign({}, ...keys.map(certified)) },
  });
  const gone = repositories.filter((_, index) => keys[index] && isGone(keys[index]));
  for (const repository of gone) await leaveWord(repository, id, { at: shredding.at, certificate: hash });
  const { by } = shredding;
  return { kind: 'shredded', backupId: id, at: shredding.at, by, reason, keys, complete, record: { sequence, hash } };
}

function certified({ repository, fault, ...facts }: DestroyedKey): Record<string, string | number> {
  const named = Object.entries({
    ...facts,
    sha256: facts.sha256 ?? 'nothing there',
    ...(fault && { fault: fault.why }),
  });
  return Object.fromEntries(named.map(([name, value]) => [`${repository}.${name}`, value]));
}

/** For whoever finds a set without its key after the state was lost. It names nobody, and is no proof: that is the audit log. */
async function leaveWord(
  repository: Repository,
  id: string,
  { at, certificate }: { at: string; certificate: string },
): Promise<void> {
  const word = { formatVersion: 1, fact: 'shredded', backupId: id, at, certificate };
  await repository.put(`${setPrefix(id)}${setObjects.shredded}`, Buffer.from(`${JSON.stringify(word)}\n`));
}

async function hashOf(repository: Repository, key: string): Promise<string | null> {
  try {
    return sha256(await readWhole(repository, key));
  } catch (error) {
    if (error instanceof Failure && error.code === 'object-missing') return null;
    throw error;
  }
}
