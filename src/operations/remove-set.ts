import type { BackupId } from '../domain/backup-id.ts';
import { setObjects, setPrefix } from '../domain/backup-set.ts';
import { Failure } from '../domain/failure.ts';
import { isPinned, type Pin } from '../domain/pin.ts';
import type { Principal } from '../domain/principal.ts';
import type { Removal } from '../domain/removal.ts';
import type { Repository } from '../ports/repository.ts';
import { factsPrefix, keepFact, readPin } from './facts.ts';
import { inParallel } from './in-parallel.ts';
import { keysBelow } from './keys-below.ts';
import { type OpenSet, openSet } from './open-set.ts';
import { record } from './record.ts';
import type { World } from './world.ts';

export interface RemovalRequest {
  readonly source: string;
  readonly id: BackupId;
  readonly why: string;
  readonly principal: Principal;
}

/**
 * Gives up a backup in one repository, unless a pin lies beside it that the catalog does not know of. At every moment it is either a whole
 * backup or none: it is noted first, then taken off the catalog, then its manifest goes, and only then the rest.
 */
export async function removeSet(
  world: World,
  repository: Repository,
  request: RemovalRequest,
): Promise<{ kind: 'gone' } | { kind: 'pinned'; pin: Pin }> {
  const { id, why, principal } = request;
  const set = await openIfPossible(world, repository, request);
  const pin = set ? await readPin(repository, set) : null;
  if (isPinned(pin, world.clock.now())) {
    rememberPin(world, id, pin);
    return { kind: 'pinned', pin };
  }
  const at = world.clock.now();
  const about = { source: request.source, subject: id, detail: { why, repository: repository.name } };
  record(world, principal, { action: 'backup.removing', ...about });
  if (set) {
    const by = principal.name;
    const name = repository.name;
    const fact: Removal = {
      formatVersion: 1,
      fact: 'removal',
      backupId: id,
      repository: name,
      at: at.toISOString(),
      by,
      why,
    };
    await keepFact(repository, set, 'removed', { at: fact.at, fact });
  }
  world.crashPoint('removal-noted');
  takeOffCatalog(world, repository, id);
  world.crashPoint('removal-uncatalogued');
  const prefix = setPrefix(id) ?? '';
  await repository.remove(`${prefix}${setObjects.manifest}`);
  // Somebody may have found the whole set unlisted a moment ago, and listed it.
  takeOffCatalog(world, repository, id);
  world.crashPoint('removal-manifest-gone');
  await expireRest(world, repository, prefix);
  record(world, principal, { action: 'backup.removed', ...about });
  world.crashPoint('removal-done');
  return { kind: 'gone' };
}

/** What says that it was given up goes last: as long as it is there, what else is left belongs to an unfinished removal. */
export async function expireRest(
  world: Pick<World, 'crashPoint'>,
  repository: Repository,
  prefix: string,
): Promise<void> {
  const keys = await keysBelow(repository, prefix);
  const isNote = (key: string) => key.startsWith(factsPrefix(prefix, 'removed'));
  await repository.sweepUnfinished(prefix);
  for (const part of [keys.filter((key) => !isNote(key)), keys.filter(isNote)]) {
    await inParallel(part, { parallel: 8, signal: new AbortController().signal }, async (key) => {
      await repository.expire(key);
      world.crashPoint('removal-object-gone');
    });
  }
}

/** A set whose key is destroyed or lost, or that was altered, can be given up as well: there is no telling of pins then but the catalog's. */
async function openIfPossible(
  world: World,
  repository: Repository,
  { id, principal }: RemovalRequest,
): Promise<OpenSet | undefined> {
  try {
    return await openSet(world, repository, id, { principal, purpose: 'removal' });
  } catch (error) {
    if (!(error instanceof Failure) || !unopenable.has(error.code)) throw error;
    world.log.warn({ backup: id, repository: repository.name, error: error.message }, 'given up without being opened');
    return undefined;
  }
}

const unopenable = new Set<Failure['code']>(['backup-missing', 'object-missing', 'integrity', 'key-missing']);

function rememberPin(world: World, id: BackupId, pin: Pin): void {
  const entry = world.state.catalog.get(id);
  if (entry) world.state.catalog.put({ ...entry, pin });
}

function takeOffCatalog({ state }: World, { name }: Repository, id: BackupId): void {
  const entry = state.catalog.get(id);
  if (!entry) return;
  const repositories = entry.repositories.filter((one) => one !== name);
  if (repositories.length === 0) state.catalog.remove(id);
  else state.catalog.put({ ...entry, repositories });
}
