import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { type MemoryRepository, memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { type RotatedKeys, type RotateRequest, rotateKeys } from '../../../src/operations/rotate-keys.ts';
import type { Encryption } from '../../../src/ports/encryption.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { type SmallWorld, smallWorld } from '../../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
const [older, newer] = [keyOf('k-2025-03', randomBytes(32)), keyOf('k-2026-11', randomBytes(32))];
const ids = [
  '20261121T020000Z-full-alumni-aaaa',
  '20261122T020000Z-full-alumni-bbbb',
  '20261123T020000Z-full-alumni-cccc',
];
const keysOf = (id: string) => `${setPrefix(id)}keys`;
let primary: MemoryRepository;
let copy: MemoryRepository;
let world: SmallWorld;

beforeEach(async () => {
  primary = memoryRepository();
  copy = memoryRepository({ name: 'off-site' });
  world = worldUnder(keyEncryption([newer, older]));
  for (const id of ids) await storeSmallSet(world, id, keyEncryption([older]));
});

function worldUnder(encryption: Encryption, parts: Parameters<typeof smallWorld>[0] = {}): SmallWorld {
  return smallWorld({ encryption, repositories: { primary, copies: [copy] }, ...parts });
}

async function rotate(change: Partial<RotateRequest> = {}, where = world): Promise<RotatedKeys> {
  const rotated = await rotateKeys(where, { principal: admin, signal: new AbortController().signal, ...change });
  if (rotated.kind === 'refused') throw new Error(`refused: ${rotated.reason}`);
  return rotated;
}

/** Ids of the keys of the set's object in both repositories. */
async function wrapped(id: string): Promise<string[]> {
  const objects = [primary, copy].map((repository) => repository.bytes(keysOf(id)));
  const names = await Promise.all(objects.map((object) => world.encryption.wrappedBy(id, object)));
  return names.flat().map((name) => name.id);
}

describe('rotation', () => {
  it('is for admins', async () => {
    const principal: Principal = { ...admin, roles: { alumni: ['admin'], '*': ['operator'] } };
    const signal = new AbortController().signal;
    expect(await rotateKeys(world, { principal, signal })).toMatchObject({ reason: 'not-allowed' });
    expect(await wrapped(ids[0] ?? '')).toEqual([older.id, older.id]);
  });

  it('is refused while another process changes keys', async () => {
    const { leases } = world.state;
    const held = { ...world, state: { ...world.state, leases: { ...leases, take: () => ({ kind: 'held', pid: 7 }) } } };
    const signal = new AbortController().signal;
    expect(await rotateKeys(held as never, { principal: admin, signal })).toMatchObject({
      reason: 'keys-busy',
      pid: 7,
    });
  });

  it('reports what it cannot open, leaves that as it was, and does the others', async () => {
    const [damaged = '', foreign = '', good = ''] = ids;
    primary.corrupt(keysOf(damaged), -1);
    await storeSmallSet(world, foreign, keyEncryption([keyOf('k-lost', randomBytes(32))]));
    const before = primary.bytes(keysOf(foreign));
    const { rotated, left } = await rotate();
    expect(left.map(({ id, repository }) => [id, repository])).toEqual([
      [damaged, 'primary'],
      [foreign, 'primary'],
      [foreign, 'off-site'],
    ]);
    expect(left[1]).toMatchObject({ why: expect.stringContaining('k-lost'), hint: expect.stringContaining('k-lost') });
    expect(rotated).toBe(3);
    expect(primary.bytes(keysOf(foreign))).toEqual(before);
    expect(await wrapped(good)).toEqual([newer.id, newer.id]);
  });

  it('ends where the key service or a repository is away, and goes on from there', async () => {
    const service = keyEncryption([newer, older]);
    let calls = 0;
    const flaky: Encryption = {
      ...service,
      rewrapSetKey: async (id, object) => {
        calls += 1;
        if (calls === 3) throw new Failure('key-unavailable', 'KMS is away', { hint: 'wait' });
        return service.rewrapSetKey(id, object);
      },
    };
    expect(await rotate({}, worldUnder(flaky))).toMatchObject({
      rotated: 2,
      stopped: { why: 'KMS is away' },
      left: [],
    });
    primary.failOnWrite(1);
    expect(await rotate()).toMatchObject({ rotated: 0, already: 2, stopped: {} });
    expect(await rotate()).toMatchObject({ rotated: 4, already: 2 });
  });

  it('ends between two sets when it is asked to', async () => {
    const stop = new AbortController();
    const rotated = await rotate({ signal: stop.signal, onSet: (done) => void (done === 2 && stop.abort()) });
    expect(rotated).toMatchObject({ rotated: 2, stopped: { hint: expect.stringContaining('goes on') } });
  });

  it('does not bring back what somebody shredded or replaced under its hands', async () => {
    const [id = ''] = ids;
    const service = keyEncryption([newer, older]);
    const slow: Encryption = {
      ...service,
      rewrapSetKey: async (set, object) => {
        if (set === id) await primary.remove(keysOf(id));
        return service.rewrapSetKey(set, object);
      },
    };
    const { left } = await rotate({}, worldUnder(slow));
    expect(left).toMatchObject([{ id, repository: 'primary' }]);
    expect(await primary.stat(keysOf(id))).toBeUndefined();
  });

  it('leaves alone what was shredded and only waits to be removed', async () => {
    const [id = ''] = ids;
    const entry = world.state.catalog.get(id);
    const shredded = { at: '2026-11-24T00:00:00.000Z', by: 'asha', reason: 'r', remains: [] };
    if (entry) world.state.catalog.put({ ...entry, shredded });
    expect(await rotate()).toMatchObject({ rotated: 4 });
    expect(await wrapped(id)).toEqual([older.id, older.id]);
  });

  it('finds out when the store gives back something else than was written', async () => {
    const lying = { ...primary, put: async (key: string) => primary.put(key, Buffer.from('something else')) };
    const { left } = await rotate({}, worldUnder(world.encryption, { repositories: { primary: lying, copies: [] } }));
    expect(left).toHaveLength(3);
    expect(left[0]?.why).toContain('not what was written');
  });

  it('writes keys objects alone, each set under the new key, each opened again, and the audit log knows', async () => {
    const others = () =>
      [primary, copy].flatMap((one) =>
        one
          .keys()
          .filter((key) => !key.endsWith('/keys'))
          .map((key) => one.bytes(key)),
      );
    const before = others();
    expect(await rotate()).toMatchObject({ rotated: 6, already: 0, left: [], under: [{ id: newer.id }] });
    expect(others()).toEqual(before);
    for (const id of ids) expect(await wrapped(id)).toEqual([newer.id, newer.id]);
    const actions = world.state.audit.list({ limit: 100 }).map(({ action }) => action);
    expect(actions.filter((action) => action === 'keys.rewrapping')).toHaveLength(6);
    expect(actions.filter((action) => action === 'keys.opened')).toHaveLength(6);
    expect(actions[0]).toBe('keys.rotated');

    const again = [primary.bytes(keysOf(ids[0] ?? '')), await rotate()];
    expect(again[1]).toMatchObject({ rotated: 0, already: 6 });
    expect(primary.bytes(keysOf(ids[0] ?? ''))).toEqual(again[0]);
  });
});
