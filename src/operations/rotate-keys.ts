import { Failure, type FailureCode, toFailure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal, SetPlace } from '../domain/refusal.ts';
import { sha256 } from '../domain/sha256.ts';
import type { KeyName } from '../ports/encryption.ts';
import type { Repository } from '../ports/repository.ts';
import { authorize } from './authorize.ts';
import { openDay } from './binlog/day-keys.ts';
import { holdingKeys } from './holding-keys.ts';
import { type KeyHolder, listKeyHolders } from './list-key-holders.ts';
import { openSet, readWhole } from './open-set.ts';
import { record } from './record.ts';
import { everyRepository } from './repository-named.ts';
import type { World } from './world.ts';

export interface RotateRequest {
  readonly principal: Principal;
  /** Ends it between two sets. */
  readonly signal: AbortSignal;
  readonly onSet?: (done: number, total: number) => void;
}

export interface RotatedKeys {
  readonly kind: 'rotated';
  /** The keys that encrypt: under them, and no other, every set is wrapped now that is not in `left`. */
  readonly under: readonly KeyName[];
  readonly rotated: number;
  readonly already: number;
  /** What could not be rotated, or not be opened again. Its `keys` object is as it was. */
  readonly left: readonly (SetPlace & { why: string; hint: string })[];
  /** Why it ended before all sets were looked at. Doing it again goes on from there. */
  readonly stopped?: { why: string; hint: string };
}

/**
 * Wraps the key of every set and every day of binlogs, in every repository, under the keys that encrypt now, and opens each set again. Only `keys` objects are
 * written, each replaced in one step: whenever this is killed, a set is under its old keys or under the new ones.
 */
export async function rotateKeys(world: World, request: RotateRequest): Promise<RotatedKeys | Refusal> {
  const refusal = authorize(world, request.principal, 'configure', '*');
  return refusal ?? holdingKeys(world, () => rotateAll(world, request));
}

async function rotateAll(world: World, { principal, signal, onSet }: RotateRequest): Promise<RotatedKeys> {
  const encrypting = world.encryption.keys().filter(({ encrypts }) => encrypts);
  const under = encrypting.map(({ id, fingerprint }) => ({ id, fingerprint }));
  const places = await placesToRotate(world);
  const left: (SetPlace & { why: string; hint: string })[] = [];
  let [rotated, already] = [0, 0];
  let stopped: RotatedKeys['stopped'];
  for (const [index, { repository, holder }] of places.entries()) {
    try {
      signal.throwIfAborted();
      if (await rotateOne(world, repository, holder, { principal, under })) rotated += 1;
      else already += 1;
    } catch (error) {
      if (signal.aborted) {
        stopped = { why: 'It was asked to stop.', hint: 'Run it again: it goes on where it stopped.' };
        break;
      }
      const { message: why, hint, code } = toFailure(error);
      if (failsAlike.includes(code)) {
        stopped = { why, hint };
        break;
      }
      left.push({ id: holder.id, repository: repository.name, why, hint });
    }
    onSet?.(index + 1, places.length);
  }
  const detail = { under: under.map(({ id }) => id).join(', '), rotated, already, left: left.length };
  record(world, principal, { action: 'keys.rotated', detail: { ...detail, complete: stopped === undefined } });
  return { kind: 'rotated', under, rotated, already, left, ...(stopped && { stopped }) };
}

/** What fails for one set for such a reason fails for all of them. */
const failsAlike: readonly FailureCode[] = ['key-unavailable', 'repository-unavailable', 'disk-full', 'internal'];

async function placesToRotate(world: World): Promise<{ repository: Repository; holder: KeyHolder }[]> {
  const places = [];
  for (const repository of everyRepository(world)) {
    for (const holder of await listKeyHolders(repository)) {
      if (!world.state.catalog.get(holder.id)?.shredded) places.push({ repository, holder });
    }
  }
  return places;
}

/** Answers whether it had to be rewritten; opens it either way, for an earlier run may have died before it did. */
async function rotateOne(
  world: World,
  repository: Repository,
  { id, kind, keysAt: key }: KeyHolder,
  { principal, under }: { principal: Principal; under: readonly KeyName[] },
): Promise<boolean> {
  const there = await repository.stat(key);
  const keysObject = await readWhole(repository, key);
  const before = await world.encryption.wrappedBy(id, keysObject);
  const isDone = idsOf(before) === idsOf(under);
  if (!isDone) {
    const rewrapped = await world.encryption.rewrapSetKey(id, keysObject);
    const detail = { repository: repository.name, from: idsOf(before), to: idsOf(under), sha256: sha256(rewrapped) };
    record(world, principal, { action: 'keys.rewrapping', subject: id, detail });
    await repository.put(key, rewrapped, there?.tag === undefined ? {} : { ifTag: there.tag });
    world.crashPoint('rotation-key-stored');
    if (sha256(await readWhole(repository, key)) !== sha256(rewrapped)) throw notAsWritten(id, repository);
  }
  if (kind === 'set') await openSet(world, repository, id, { principal, purpose: 'rotation' });
  else await openDay(world, repository, id, { principal, purpose: 'rotation' });
  return !isDone;
}

/** Fingerprints tell keys of one id apart. */
function idsOf(names: readonly KeyName[]): string {
  return names.map(({ id, fingerprint }) => `${id} (${fingerprint})`).join(', ');
}

function notAsWritten(id: string, { name }: Repository): Failure {
  return new Failure('integrity', `The keys object of ${id} in ${name} is not what was written there just now.`, {
    hint: `Do not retire a key, and find out what else writes to ${name}.`,
  });
}
