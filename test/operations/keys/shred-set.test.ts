import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { type MemoryRepository, memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import { newestGood } from '../../../src/domain/catalog.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import { adoptSets } from '../../../src/operations/adopt-sets.ts';
import { readStatus } from '../../../src/operations/read-status.ts';
import { rebuildCatalog } from '../../../src/operations/rebuild-catalog.ts';
import { showBackup } from '../../../src/operations/show-backup.ts';
import { type ShredPlan, type ShredRequest, shredSet } from '../../../src/operations/shred-set.ts';
import { startVerification } from '../../../src/operations/start-verification.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { failureOf } from '../../support/failure-of.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { type SmallWorld, smallWorld } from '../../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { alumni: ['admin'], '*': ['admin'] } };
const encryption = keyEncryption([keyOf('k-2026-11', randomBytes(32))]);
const [other = '', id = ''] = ['20261122T020000Z-full-alumni-aaaa', '20261123T020000Z-full-alumni-bbbb'];
const keys = `${setPrefix(id)}keys`;
let primary: MemoryRepository;
let copy: MemoryRepository;
let world: SmallWorld;

beforeEach(async () => {
  primary = memoryRepository();
  copy = memoryRepository({ name: 'off-site' });
  world = worldOf(copy);
  for (const each of [other, id]) await storeSmallSet(world, each);
});

function worldOf(second: Repository, parts: Parameters<typeof smallWorld>[0] = {}): SmallWorld {
  return smallWorld({ encryption, repositories: { primary, copies: [second] }, now: '2026-11-25T00:00:00Z', ...parts });
}

const shred = (change: Partial<ShredRequest> = {}, where = world) =>
  shredSet(where, {
    principal: admin,
    backup: 'bbbb',
    reason: 'erasure request 118',
    confirm: async () => id,
    ...change,
  });

describe('shredding is refused', () => {
  it('to whoever is no admin of the source', async () => {
    const principal: Principal = { ...admin, roles: { alumni: ['operator', 'approver'], billing: ['admin'] } };
    expect(await shred({ principal })).toMatchObject({ reason: 'not-allowed' });
    expect(primary.keys()).toContain(keys);
  });

  it('for anything but the whole id, which the audit log knows', async () => {
    for (const typed of ['', 'bbbb', 'yes', other]) {
      expect(await shred({ confirm: async () => typed })).toEqual({
        kind: 'refused',
        reason: 'not-confirmed',
        wanted: id,
      });
    }
    expect(primary.keys()).toContain(keys);
    expect(world.state.audit.list({}).map(({ action }) => action)).toEqual(Array(4).fill('shred.refused'));
  });

  it('without a reason', async () => {
    expect((await failureOf(() => shred({ reason: '  ' }))).code).toBe('usage');
  });

  it('while a job works with the set', async () => {
    const started = world.state.jobs.start({
      kind: 'verification',
      source: 'alumni',
      startedBy: 'ben',
      trigger: 'request',
    });
    if (started.kind === 'started') world.state.jobs.report(started.job.id, { backupId: id });
    expect(await shred()).toMatchObject({ reason: 'already-running' });
    expect(primary.keys()).toContain(keys);
  });

  it('when a repository cannot be asked, before anything is destroyed', async () => {
    const away = async () => {
      throw new Failure('repository-unavailable', 'no route', { hint: 'wait' });
    };
    world = worldOf({ ...copy, get: away }, { state: world.state });
    expect((await failureOf(shred)).code).toBe('repository-unavailable');
    expect(primary.keys()).toContain(keys);
    expect(world.state.catalog.get(id)?.shredded).toBeNull();
  });

  it('a second time', async () => {
    await shred();
    expect(await shred()).toMatchObject({ reason: 'shredded', by: 'asha' });
  });
});

describe('a shredded set', () => {
  it('has no key in any repository, and a certificate of it in the audit log', async () => {
    const hash = sha256(primary.bytes(keys));
    let shown: ShredPlan | undefined;
    const certificate = await shred({
      confirm: async (plan) => {
        shown = plan;
        return id;
      },
    });
    expect(shown).toMatchObject({ entry: { id }, repositories: ['primary', 'off-site'], remaining: { id: other } });
    expect(certificate).toMatchObject({
      kind: 'shredded',
      complete: true,
      keys: [
        { repository: 'primary', sha256: hash, versions: 1, readBack: 'missing' },
        { repository: 'off-site', sha256: hash, versions: 1, readBack: 'missing' },
      ],
    });
    expect([primary, copy].flatMap((one) => one.keys()).filter((key) => key === keys)).toEqual([]);
    const [last, begun] = world.state.audit.list({});
    expect(begun).toMatchObject({ action: 'keys.shredding', detail: { 'primary.sha256': hash } });
    expect(last).toMatchObject({
      action: 'keys.shredded',
      actor: 'asha',
      source: 'alumni',
      subject: id,
      detail: {
        reason: 'erasure request 118',
        complete: true,
        'primary.sha256': hash,
        'primary.versions': 1,
        'primary.readBack': 'missing',
        'off-site.readBack': 'missing',
      },
    });
    expect(certificate).toMatchObject({ record: { sequence: last?.sequence, hash: last?.hash } });
  });

  it('is listed as such, counts as no backup, and cannot be verified', async () => {
    await shred();
    expect(newestGood(world.state.catalog.list({}), 'full', { proven: true })?.id).toBe(other);
    const status = readStatus(world, { principal: admin });
    expect(status).toMatchObject({
      sources: [{ recovery: { newest: { backupId: other }, backups: 1, shredded: 1 } }],
    });
    expect(await showBackup(world, { principal: admin, backup: id })).toMatchObject({
      kind: 'shredded-backup',
      shredded: { by: 'asha', reason: 'erasure request 118', remains: [] },
    });
    expect(startVerification(world, { principal: admin, backup: id })).toMatchObject({ reason: 'shredded' });
    const latest = await showBackup(world, { principal: admin, backup: 'latest' });
    expect(latest).toMatchObject({ kind: 'backup', entry: { id: other } });
  });

  it('stays so when the catalog is rebuilt, and is told from a damaged one when the state was lost', async () => {
    await shred();
    const rebuilt = { backups: 1, unreadable: [], shredded: [id] };
    expect(await rebuildCatalog(world, { principal: admin })).toMatchObject(rebuilt);
    expect(world.state.catalog.get(id)?.shredded).toMatchObject({ by: 'asha' });

    world = worldOf(copy);
    expect(await rebuildCatalog(world, { principal: admin })).toMatchObject(rebuilt);
    expect(await adoptSets(world, primary, 'alumni')).toEqual([]);
    expect(world.logged.filter(({ level }) => level === 'warn')).toEqual([]);
    const left = Buffer.from(primary.bytes(`${setPrefix(id)}shredded`)).toString();
    expect(JSON.parse(left)).toMatchObject({ fact: 'shredded', backupId: id });
    expect(left).not.toMatch(/asha|erasure/);
  });
});

describe('shredding that does not get through', () => {
  const until = new Date('2026-12-01T00:00:00Z');

  it('leaves what Object Lock keeps, says until when, and counts as no backup; later it is done again', async () => {
    let locks = [
      { id: 'v1', until },
      { id: 'v2', until: new Date(0) },
    ];
    const versions = {
      lockOf: async () => undefined,
      destroy: async () => {
        const held = locks.length > 0 || !copy.keys().includes(keys);
        if (!held) await copy.remove(keys);
        return { versions: held ? 0 : 1, locked: locks };
      },
    };
    world = worldOf({ ...copy, versions }, { state: world.state });
    expect(await shred()).toMatchObject({
      complete: false,
      keys: [{ readBack: 'missing' }, { lockedUntil: until.toISOString() }],
    });
    expect(world.state.catalog.get(id)?.shredded?.remains).toEqual([
      { repository: 'off-site', until: until.toISOString() },
    ]);
    const status = readStatus(world, { principal: admin });
    const codes = status.kind === 'status' ? status.sources.flatMap(({ warnings }) => warnings) : [];
    expect(codes.find(({ code }) => code === 'shred-unfinished')?.text).toContain('off-site (until 2026-12-01)');
    expect(copy.keys()).not.toContain(`${setPrefix(id)}shredded`);

    locks = [];
    expect(await shred()).toMatchObject({ complete: true, keys: [{ sha256: null, versions: 0 }, { versions: 1 }] });
    expect(world.state.catalog.get(id)?.shredded?.remains).toEqual([]);
  });

  it('does the other repositories when one fails on the way', async () => {
    const remove = async () => {
      throw new Failure('repository-unavailable', 'no route', { hint: 'wait' });
    };
    primary = { ...primary, remove };
    world = worldOf(copy, { state: world.state });
    expect(await shred()).toMatchObject({
      complete: false,
      keys: [{ repository: 'primary', readBack: 'unknown', fault: { why: 'no route' } }, { readBack: 'missing' }],
    });
    expect(copy.keys()).not.toContain(keys);
  });

  it.each(['shred-begun', 'shred-key-destroyed'])(
    'killed at %s counts as no backup, and is done again',
    async (point) => {
      const crashPoint = (name: string) => {
        if (name === point) throw new Error('killed');
      };
      await expect(shred({}, { ...world, crashPoint })).rejects.toThrow('killed');
      expect(newestGood(world.state.catalog.list({}), 'full')?.id).toBe(other);
      expect(await shred()).toMatchObject({ complete: true });
      expect([...primary.keys(), ...copy.keys()]).not.toContain(keys);
    },
  );
});
