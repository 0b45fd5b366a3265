import { streamLease } from '../domain/binlog/standing.ts';
import { Failure } from '../domain/failure.ts';
import { backupKindMade } from '../domain/job.ts';
import { keyRetiredNote } from '../domain/key-notes.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal, SetPlace } from '../domain/refusal.ts';
import type { KeyDescription } from '../ports/encryption.ts';
import type { Repository } from '../ports/repository.ts';
import { authorize } from './authorize.ts';
import { readStanding } from './binlog/keep-standing.ts';
import { holdingKeys } from './holding-keys.ts';
import { keyNamed } from './key-named.ts';
import { type KeyHolder, listKeyHolders } from './list-key-holders.ts';
import { readWhole } from './open-set.ts';
import { record } from './record.ts';
import { everyRepository } from './repository-named.ts';
import { alreadyRunning } from './run-job.ts';
import type { World } from './world.ts';

export interface RetiredKey {
  readonly kind: 'retired';
  readonly key: KeyDescription;
  /** How many sets were opened without it. */
  readonly sets: number;
  /** Sets that no key opens, this one included. */
  readonly unreadable: readonly (SetPlace & { why: string })[];
}

/**
 * Finds out whether a key can leave the configuration, by opening every kept set and day of binlogs in every repository without it, and remembers that it
 * can. People take it out; files and keys of AWS KMS are never removed here. Failure `usage` for a key that is not configured.
 */
export async function retireKey(
  world: World,
  { principal, keyId }: { principal: Principal; keyId: string },
): Promise<RetiredKey | Refusal> {
  const refusal = authorize(world, principal, 'configure', '*');
  if (refusal) return refusal;
  const key = keyNamed(world, keyId);
  if (key.encrypts) return { kind: 'refused', reason: 'key-encrypts', keyId };
  // Its set may come under this key, if the process that makes it still has an older configuration.
  const making = world.state.jobs.running().find(({ kind }) => backupKindMade[kind] !== undefined);
  if (making) return alreadyRunning(making);
  return holdingKeys(world, () => openAllWithout(world, key, principal));
}

async function openAllWithout(world: World, key: KeyDescription, principal: Principal): Promise<RetiredKey | Refusal> {
  const needing: SetPlace[] = [];
  const unreadable: (SetPlace & { why: string })[] = [];
  let sets = 0;
  for (const repository of everyRepository(world)) {
    for (const holder of await listKeyHolders(repository)) {
      const { id } = holder;
      if (world.state.catalog.get(id)?.shredded) continue;
      const need = await needOf(world, repository, holder, { principal, keyId: key.id });
      if (need === 'none') sets += 1;
      else if (need === 'needed') needing.push({ id, repository: repository.name });
      else unreadable.push({ id, repository: repository.name, why: need.why });
    }
  }
  needing.push(...streamsUnder(world, key));
  const detail = { sets, needing: needing.length, unreadable: unreadable.length };
  if (needing.length > 0) {
    record(world, principal, { action: 'keys.retire.refused', subject: key.id, detail });
    return { kind: 'refused', reason: 'key-needed', keyId: key.id, sets: needing };
  }
  const { at } = record(world, principal, { action: 'keys.retired', subject: key.id, detail });
  world.state.notes.set(keyRetiredNote(key.id), at.toISOString());
  return { kind: 'retired', key, sets, unreadable };
}

/** A stream that began under an older configuration may make a day under this key yet. */
function streamsUnder(world: World, key: KeyDescription): SetPlace[] {
  return [...world.sources.keys()]
    .filter((source) => world.state.leases.holder(streamLease(source)) !== undefined)
    .filter((source) => readStanding(world, source)?.encryptsUnder.includes(key.id))
    .map((source) => ({ id: `the running stream of ${source}`, repository: world.repositories.primary.name }));
}

/** Throws where nobody can tell now. */
async function needOf(
  world: World,
  repository: Repository,
  { id, keysAt }: KeyHolder,
  { principal, keyId }: { principal: Principal; keyId: string },
): Promise<'none' | 'needed' | { why: string }> {
  let names: readonly string[] = [];
  try {
    const keysObject = await readWhole(repository, keysAt);
    record(world, principal, {
      action: 'keys.opened',
      subject: id,
      detail: { purpose: 'retirement', repository: repository.name },
    });
    names = (await world.encryption.wrappedBy(id, keysObject)).map((name) => name.id);
    await world.encryption.openSetKey(id, keysObject, { without: keyId });
    return 'none';
  } catch (error) {
    if (!(error instanceof Failure) || !['integrity', 'key-missing', 'object-missing'].includes(error.code))
      throw error;
    // One that was altered may have an older version that this key opens.
    return names.includes(keyId) ? 'needed' : { why: error.message };
  }
}
