import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { type MemoryRepository, memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import { streamLease } from '../../../src/domain/binlog/standing.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { dayKeys } from '../../../src/operations/binlog/day-keys.ts';
import { keepStanding } from '../../../src/operations/binlog/keep-standing.ts';
import { listKeys } from '../../../src/operations/list-keys.ts';
import { readStatus } from '../../../src/operations/read-status.ts';
import { retireKey } from '../../../src/operations/retire-key.ts';
import { rotateKeys } from '../../../src/operations/rotate-keys.ts';
import { unretireKeys } from '../../../src/operations/unretire-keys.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { type SmallWorld, smallWorld } from '../../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
const [older, newer] = [keyOf('k-2025-03', randomBytes(32)), keyOf('k-2026-11', randomBytes(32))];
const [first = '', second = ''] = ['20261121T020000Z-full-alumni-aaaa', '20261122T020000Z-full-alumni-bbbb'];
const encryption = keyEncryption([newer, older]);
let primary: MemoryRepository;
let copy: MemoryRepository;
let world: SmallWorld;

beforeEach(async () => {
  primary = memoryRepository();
  copy = memoryRepository({ name: 'off-site' });
  world = smallWorld({ encryption, repositories: { primary, copies: [copy] } });
  await storeSmallSet(world, first, keyEncryption([older]));
  await storeSmallSet(world, second);
});

const retire = (keyId = older.id, principal = admin) => retireKey(world, { principal, keyId });

describe('retiring a key', () => {
  it('is for admins, and of keys that are configured', async () => {
    expect(await retire(older.id, { ...admin, roles: { '*': ['approver'] } })).toMatchObject({ reason: 'not-allowed' });
    await expect(retire('k-2025-30')).rejects.toMatchObject({ code: 'usage', hint: expect.stringContaining(older.id) });
  });

  it('is refused for a key that encrypts, and while a backup is being taken', async () => {
    expect(await retire(newer.id)).toMatchObject({ reason: 'key-encrypts' });
    world.state.jobs.start({ kind: 'full-backup', source: 'alumni', startedBy: 'tidemark', trigger: 'schedule' });
    expect(await retire()).toMatchObject({ reason: 'already-running' });
  });

  it('is refused with the list of sets that need it, in whichever repository', async () => {
    expect(await retire()).toMatchObject({
      reason: 'key-needed',
      sets: [
        { id: first, repository: 'primary' },
        { id: first, repository: 'off-site' },
      ],
    });
    const keys = `${setPrefix(first)}keys`;
    await primary.put(keys, await encryption.rewrapSetKey(first, primary.bytes(keys)));
    expect(await retire()).toMatchObject({ sets: [{ id: first, repository: 'off-site' }] });
    expect(world.state.notes.get(`key-retired:${older.id}`)).toBeUndefined();
  });

  it('is refused while a day of binlogs needs it, or a running stream may make one under it', async () => {
    await rotateKeys(world, { principal: admin, signal: new AbortController().signal });
    const old = { ...world, encryption: keyEncryption([older]) };
    const { dayId } = await dayKeys(old, primary, 'alumni').today();
    expect(await retire()).toMatchObject({ reason: 'key-needed', sets: [{ id: dayId, repository: 'primary' }] });
    expect(await rotateKeys(world, { principal: admin, signal: new AbortController().signal })).toMatchObject({
      rotated: 1,
      left: [],
    });

    world.state.leases.take(streamLease('alumni'));
    keepStanding(old, 'alumni', () => undefined).update({ state: 'streaming' });
    expect(await retire()).toMatchObject({ reason: 'key-needed', sets: [{ id: 'the running stream of alumni' }] });
    world.state.leases.release(streamLease('alumni'));
    expect(await retire()).toMatchObject({ kind: 'retired', unreadable: [] });
    expect(await dayKeys(world, primary, 'alumni').open(dayId)).toBeDefined();
  });

  it('does not take the word of an object that was altered', async () => {
    await storeSmallSet(world, second, keyEncryption([newer, { ...older, encrypts: true }]));
    await rotateKeys(world, { principal: admin, signal: new AbortController().signal });
    const both = await keyEncryption([newer, { ...older, encrypts: true }]).createSetKey(second);
    await primary.put(`${setPrefix(second)}keys`, both.keysObject);
    expect(await retire()).toMatchObject({ kind: 'retired' });
    primary.corrupt(`${setPrefix(second)}keys`, -1);
    expect(await retire()).toMatchObject({ reason: 'key-needed', sets: [{ id: second, repository: 'primary' }] });
  });

  it('fails where nobody can tell now', async () => {
    const away = async () => {
      throw new Failure('key-unavailable', 'KMS is away', { hint: 'wait' });
    };
    world = { ...world, encryption: { ...encryption, openSetKey: away } };
    await expect(retire()).rejects.toMatchObject({ code: 'key-unavailable' });
  });

  it('tells of sets that no key opens', async () => {
    await storeSmallSet(world, first, keyEncryption([keyOf('k-lost', randomBytes(32))]));
    expect(await retire()).toMatchObject({
      kind: 'retired',
      sets: 2,
      unreadable: [{ id: first, repository: 'primary', why: expect.stringContaining('k-lost') }, {}],
    });
  });

  it('is remembered, until the key encrypts again', async () => {
    await rotateKeys(world, { principal: admin, signal: new AbortController().signal });
    expect(await retire()).toMatchObject({ kind: 'retired', sets: 4, unreadable: [] });
    const listed = listKeys(world, { principal: admin });
    expect(listed.kind === 'keys' && listed.keys.map(({ retiredAt }) => retiredAt)).toEqual([
      null,
      '2026-11-23T00:00:00.000Z',
    ]);
    expect(copyWarnings()).toEqual([expect.stringContaining(newer.id)]);

    world = { ...world, encryption: keyEncryption([older, newer]) };
    unretireKeys(world);
    expect(world.state.notes.get(`key-retired:${older.id}`)).toBeUndefined();
    expect(copyWarnings()).toHaveLength(2);
  });
});

function copyWarnings(): string[] {
  const status = readStatus(world, { principal: admin });
  if (status.kind === 'refused') throw new Error(status.reason);
  return status.sources.flatMap(({ warnings }) =>
    warnings.filter(({ code }) => code === 'key-copy').map(({ text }) => text),
  );
}
