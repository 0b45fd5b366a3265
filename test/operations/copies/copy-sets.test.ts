import { beforeEach, describe, expect, it } from 'vitest';
import { memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { setObjects, setPrefix } from '../../../src/domain/backup-set.ts';
import { type Copier, openCopier } from '../../../src/operations/copies/copier.ts';
import { copySets } from '../../../src/operations/copies/copy-sets.ts';
import { readCopyStanding } from '../../../src/operations/copies/copy-standing.ts';
import { keepBackup } from '../../../src/operations/keep-backup.ts';
import { openSet, readWhole } from '../../../src/operations/open-set.ts';
import { rebuildCatalog } from '../../../src/operations/rebuild-catalog.ts';
import { shredSet } from '../../../src/operations/shred-set.ts';
import type { Repository } from '../../../src/ports/repository.ts';
import { asha, keysIn, retentionWorld, setsIn, storeSet } from '../../support/retention-world.ts';
import type { SmallWorld } from '../../support/small-world.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

let primary: Repository;
let cloud: Repository;
let world: SmallWorld;

beforeEach(async () => {
  primary = memoryRepository();
  cloud = memoryRepository({ name: 'cloud' });
  world = await retentionWorld(temporaryDirectory(), { repositories: { primary, copies: [cloud] } });
});

const copier = (change: Partial<Copier> = {}): Copier => ({
  ...openCopier(world, cloud, 'alumni', { signal: new AbortController().signal }),
  ...change,
});
const copyAll = (change: Partial<Copier> = {}) => copySets(copier(change), () => []);
const inPrimary = (days: number, more = {}) => storeSet(world, { days, in: [primary], ...more });
const whereIs = (id: string) => world.state.catalog.get(id)?.repositories;
const standing = () => readCopyStanding(world, 'cloud', 'alumni')?.sets;

describe('copying sets', () => {
  it('brings every backup to the copy as it is stored, and lists it there', async () => {
    const [older, newer] = [await inPrimary(2), await inPrimary(1)];
    await copyAll();
    expect(await setsIn(cloud)).toEqual([older.id, newer.id]);
    expect(whereIs(older.id)).toEqual(['primary', 'cloud']);
    const prefix = setPrefix(newer.id) ?? '';
    for (const key of (await keysIn(primary, prefix)).filter((one) => !one.includes('/facts/'))) {
      expect(await readWhole(cloud, key)).toEqual(await readWhole(primary, key));
    }
    expect(await keysIn(cloud, `${prefix}facts/verified-`)).toHaveLength(1);
    expect(await keysIn(cloud, `${prefix}facts/copied-`)).toHaveLength(1);
    expect(standing()).toEqual({ missing: 0, oldest: null, trouble: null });
  });

  it('writes the manifest last, behind the key', async () => {
    await inPrimary(1);
    const written: string[] = [];
    const watched: Repository = {
      ...cloud,
      put: (key, ...rest) => {
        written.push(key.split('/').slice(3).join('/'));
        return cloud.put(key, ...rest);
      },
    };
    await copyAll({ copy: watched });
    const [keys, manifest] = [setObjects.keys, setObjects.manifest].map((name) => written.indexOf(name));
    expect(written.slice(0, keys).some((name) => name.startsWith('parts/'))).toBe(true);
    expect(written.slice(keys).filter((name) => name.startsWith('parts/'))).toEqual([]);
    expect(manifest).toBe((keys ?? 0) + 1);
  });

  it('does not copy what is no longer what was stored, says so, and copies the others', async () => {
    const [good, bad] = [await inPrimary(2), await inPrimary(1)];
    await primary.put(`${setPrefix(bad.id)}parts/100-data.sql.zst`, Buffer.from('something else'));
    await expect(copyAll()).rejects.toMatchObject({ code: 'integrity', message: expect.stringContaining(bad.id) });
    expect(await setsIn(cloud)).toEqual([good.id]);
    expect(await keysIn(cloud, `${setPrefix(bad.id)}parts/100`)).toEqual([]);
    expect(standing()).toMatchObject({ missing: 1 });
  });

  it('lists nothing that reads otherwise in the copy than it was written', async () => {
    const { id } = await inPrimary(1);
    const lying: Repository = {
      ...cloud,
      put: async (key, body, options) => {
        const stored = await cloud.put(key, body, options);
        if (key.endsWith('100-data.sql.zst')) await cloud.put(key, Buffer.from('bit rot'));
        return stored;
      },
    };
    await expect(copyAll({ copy: lying })).rejects.toMatchObject({ code: 'integrity', retryable: true });
    expect(await setsIn(cloud)).toEqual([]);
    expect(whereIs(id)).toEqual(['primary']);
    await copyAll();
    expect(whereIs(id)).toEqual(['primary', 'cloud']);
  });

  it('goes on from an attempt that was interrupted, without sending again what is there', async () => {
    const { id } = await inPrimary(1);
    const stop = new Error('killed');
    const dying = { ...world, crashPoint: (name: string) => name === 'copy-manifest-stored' && thrown(stop) };
    await expect(copyAll({ world: dying as SmallWorld })).rejects.toThrow('killed');
    expect(whereIs(id)).toEqual(['primary']);
    const sent: string[] = [];
    const watched: Repository = {
      ...cloud,
      put: (key, ...rest) => {
        sent.push(key);
        return cloud.put(key, ...rest);
      },
    };
    await copyAll({ copy: watched });
    expect(sent.filter((key) => key.includes('/parts/'))).toEqual([]);
    expect(whereIs(id)).toEqual(['primary', 'cloud']);
  });

  it('knows after the state was lost what was confirmed, without reading it again', async () => {
    const { id } = await inPrimary(1);
    await copyAll();
    await rebuildCatalog(world, { principal: asha });
    expect(whereIs(id)).toEqual(['primary']);
    const read: string[] = [];
    const watched: Repository = {
      ...cloud,
      get: (key, ...rest) => {
        read.push(key);
        return cloud.get(key, ...rest);
      },
    };
    await copyAll({ copy: watched });
    expect(whereIs(id)).toEqual(['primary', 'cloud']);
    expect(read.filter((key) => key.includes('/parts/'))).toEqual([]);
  });

  it('finds everything again in the copy alone', async () => {
    const { id } = await inPrimary(1);
    await copyAll();
    const alone = await retentionWorld(temporaryDirectory(), { repositories: { primary: cloud, copies: [] } });
    Object.assign(alone, { encryption: world.encryption });
    await rebuildCatalog(alone, { principal: asha, from: 'cloud' });
    expect(alone.state.catalog.get(id)).toMatchObject({ repositories: ['cloud'], verified: { verdict: 'good' } });
  });

  it('brings along what is learnt about a set afterwards', async () => {
    const { id } = await inPrimary(1);
    await copyAll();
    // As if the copy had been out of reach when it was pinned.
    const { catalog } = world.state;
    catalog.put({ ...(catalog.get(id) as NonNullable<ReturnType<typeof catalog.get>>), repositories: ['primary'] });
    await keepBackup(world, { principal: asha, backup: id, reason: 'audit' });
    await copyAll();
    expect(await keysIn(cloud, `${setPrefix(id)}facts/pin-`)).toHaveLength(1);
  });

  it('does not bring back a backup whose key is destroyed', async () => {
    const { id } = await inPrimary(1);
    await inPrimary(2);
    let shredded = false;
    const late: Repository = {
      ...primary,
      get: async (key, ...rest) => {
        if (!shredded && key.includes(id) && key.includes('100-data')) {
          shredded = true;
          await shredSet(world, { principal: asha, backup: id, reason: 'asked to', confirm: async () => id });
        }
        return primary.get(key, ...rest);
      },
    };
    await copyAll({ primary: late });
    expect(await keysIn(cloud, `${setPrefix(id)}keys`)).toEqual([]);
    expect(whereIs(id)).toEqual(['primary']);
  });

  it('copies a backup again that the copy has lost', async () => {
    const { id } = await inPrimary(1);
    await copyAll();
    await cloud.remove(`${setPrefix(id)}${setObjects.manifest}`);
    await copyAll();
    expect(whereIs(id)).toEqual(['primary', 'cloud']);
    await expect(openSet(world, cloud, id, { principal: asha, purpose: 'test' })).resolves.toBeDefined();
  });

  it('sweeps what an interrupted copy left of a backup that the primary has given up', async () => {
    const { id } = await inPrimary(1);
    await copyAll();
    const prefix = setPrefix(id) ?? '';
    await cloud.remove(`${prefix}${setObjects.manifest}`);
    for (const key of await keysIn(primary, prefix)) await primary.remove(key);
    world.state.catalog.remove(id);
    await copyAll();
    expect(await keysIn(cloud, prefix)).toEqual([]);
  });

  it('leaves out what is beyond its time, unless it is pinned or the newest', async () => {
    const [old, pinned] = [await inPrimary(40), await inPrimary(35)];
    await keepBackup(world, { principal: asha, backup: pinned.id, reason: 'audit' });
    const newest = await inPrimary(1);
    await copyAll();
    expect(await setsIn(cloud)).toEqual([pinned.id, newest.id]);
    expect(whereIs(old.id)).toEqual(['primary']);
  });

  it('stops at the first trouble that would stop every backup, and remembers since when the oldest is missing', async () => {
    const older = await inPrimary(2);
    await inPrimary(1);
    let asked = 0;
    const away: Repository = {
      ...cloud,
      put: async () => {
        asked += 1;
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      },
    };
    await expect(copyAll({ copy: away })).rejects.toThrow('ENOSPC');
    expect(asked).toBe(1);
    expect(standing()).toMatchObject({ missing: 2, oldest: older.finishedAt });
  });
});

function thrown(error: Error): never {
  throw error;
}
