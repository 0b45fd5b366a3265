import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { expiredTag } from '../../src/adapters/repository/s3-lifecycle.ts';
import type { S3Settings } from '../../src/adapters/repository/s3-settings.ts';
import { scheduler } from '../../src/domain/principal.ts';
import type { PruneReport } from '../../src/domain/retention/prune-report.ts';
import { adoptSets } from '../../src/operations/adopt-sets.ts';
import { openSet, readWhole } from '../../src/operations/open-set.ts';
import { pickUpAfterCrash } from '../../src/operations/pick-up-after-crash.ts';
import { prune } from '../../src/operations/prune.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import type { World } from '../../src/operations/world.ts';
import { crashPointNames } from '../../src/ports/crash-point.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { sharedMoto } from '../support/moto-server.ts';
import type { PruneChildOptions } from '../support/prune-child.ts';
import { asha, keysIn, retentionWorld, setsIn, storeSet } from '../support/retention-world.ts';
import { newBucket } from '../support/s3-place.ts';
import type { SmallWorld } from '../support/small-world.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const moto = sharedMoto();
const childProgram = new URL('../support/prune-child.ts', import.meta.url).pathname;
const points = crashPointNames.filter((name) => name.startsWith('removal-'));

/** A world whose primary is a new bucket. */
async function worldOnBucket({ versioned = false, locked = false } = {}) {
  const create = locked ? { ObjectLockEnabledForBucket: true } : {};
  const { repository, client, settings } = await newBucket(moto.endpoint, { create });
  const Bucket = settings.bucket;
  if (versioned) {
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  const directory = temporaryDirectory();
  const world = await retentionWorld(directory, { repositories: { primary: repository, copies: [] } });
  return { world, directory, client, settings };
}

async function pruned(world: World): Promise<PruneReport> {
  const answer = await prune(world, { principal: scheduler });
  if (answer.kind !== 'pruned') throw new Error(JSON.stringify(answer));
  return answer.report;
}

async function crash(options: PruneChildOptions): Promise<void> {
  const child = spawn(process.execPath, [childProgram, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`The bot was to die at ${options.point}. It said: ${said}`);
}

/** Every backup that is listed can be opened and has all of its parts. */
async function expectWhole(world: SmallWorld): Promise<string[]> {
  const { primary } = world.repositories;
  const listed = world.state.catalog.list().map(({ id }) => id);
  for (const id of listed) {
    const { manifest, prefix, setKey } = await openSet(world, primary, id, { principal: asha, purpose: 'test' });
    expect(manifest.parts).toHaveLength(2);
    for (const { name } of manifest.parts)
      await setKey.decryptObject(name, await readWhole(primary, `${prefix}${name}`));
  }
  return listed;
}

describe.each([
  ['a directory', points],
  ['a bucket', points.filter((point) => point.endsWith('-gone'))],
] as const)('a bot killed while it prunes %s', (place, moments) => {
  test.each(moments)('at %s leaves only whole backups listed, and the next run ends what it began', async (point) => {
    const onBucket = place === 'a bucket' ? await worldOnBucket() : undefined;
    const directory = onBucket?.directory ?? temporaryDirectory();
    const before = onBucket?.world ?? (await retentionWorld(directory));
    const old = await storeSet(before, { days: 31 });
    const newest = await storeSet(before, { days: 1 });
    before.state.close();
    await crash({ directory, point, ...(onBucket && { bucket: onBucket.settings }) });

    const world = await retentionWorld(directory, onBucket && { repositories: before.repositories });
    const { primary } = world.repositories;
    expect(await expectWhole(world)).toContain(newest.id);
    await rebuildCatalog(world, { principal: asha });
    const whole = await expectWhole(world);
    const isBegun = ['removal-manifest-gone', 'removal-object-gone', 'removal-done'].includes(point);
    expect(whole).toEqual(isBegun ? [newest.id] : [newest.id, old.id]);
    expect(
      world.state.audit.list().some(({ action, subject }) => action === 'backup.removing' && subject === old.id),
    ).toBe(true);

    await pruned(world);
    expect(await expectWhole(world)).toEqual([newest.id]);
    const left = (await keysIn(primary)).filter((key) => key.includes(old.id));
    if (onBucket) expect(await untagged(onBucket, left)).toEqual([]);
    else expect(left).toEqual([]);
    world.state.close();
  });
});

async function untagged({ client, settings }: { client: S3Client; settings: S3Settings }, keys: readonly string[]) {
  const plain: string[] = [];
  for (const key of keys) {
    const Key = `${settings.prefix}/${key}`;
    const { TagSet = [] } = await client.send(new GetObjectTaggingCommand({ Bucket: settings.bucket, Key }));
    if (!TagSet.some(({ Key, Value }) => Key === expiredTag.Key && Value === expiredTag.Value)) plain.push(key);
  }
  return plain;
}

describe('on S3', () => {
  test.each([false, true])(
    'a backup that is given up is tagged and no reader lists it (versioning: %s)',
    async (versioned) => {
      const place = await worldOnBucket({ versioned });
      const { world } = place;
      const { primary } = world.repositories;
      const old = await storeSet(world, { days: 31 });
      const newest = await storeSet(world, { days: 1 });
      expect((await pruned(world)).removed.map(({ id }) => id)).toEqual([old.id]);

      const left = (await keysIn(primary)).filter((key) => key.includes(old.id));
      expect(left.length).toBeGreaterThan(4);
      expect(await untagged(place, left)).toEqual([]);
      expect(
        await untagged(
          place,
          (await keysIn(primary)).filter((key) => key.includes(newest.id)),
        ),
      ).toHaveLength(6);
      expect(await setsIn(primary)).toEqual([newest.id]);
      expect(await adoptSets(world, primary, 'alumni')).toEqual([]);
      expect(await rebuildCatalog(world, { principal: asha })).toMatchObject({ backups: 1, unreadable: [] });
      // Nor does anybody take it for what an interrupted backup left, and remove it before its day.
      await pickUpAfterCrash({
        ...world,
        sources: new Map([['alumni', { name: 'alumni', endOrphans: async () => 0 }]]),
      } as unknown as World);
      expect((await keysIn(primary)).filter((key) => key.includes(old.id))).toEqual(left);
    },
  );

  test('what nobody clears away is told after some days', async () => {
    const { world } = await worldOnBucket();
    await storeSet(world, { days: 31 });
    await storeSet(world, { days: 1 });
    expect((await pruned(world)).lingering).toEqual([]);
    // The bucket's clock is the real one.
    world.clock.jumpTo(new Date(Date.now() + 5 * 86_400_000));
    expect((await pruned(world)).lingering).toEqual([{ repository: 'primary', backups: 1 }]);
  });

  test('a backup under Object Lock stays whole and listed, is told with its date, and goes after it', async () => {
    const { world, client, settings } = await worldOnBucket({ locked: true });
    const { primary } = world.repositories;
    const old = await storeSet(world, { days: 31 });
    const newest = await storeSet(world, { days: 1 });
    const part = (await keysIn(primary)).find((key) => key.includes(old.id) && key.includes('data'));
    const holdUntil = async (until: Date) => {
      const Retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate: until };
      const object = { Bucket: settings.bucket, Key: `${settings.prefix}/${part}` };
      await client.send(new PutObjectRetentionCommand({ ...object, Retention, BypassGovernanceRetention: true }));
      return until;
    };
    const until = await holdUntil(new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000));

    const report = await pruned(world);
    expect(report.removed).toEqual([]);
    expect(report.locked).toEqual([{ id: old.id, repository: 'primary', until: until.toISOString() }]);
    expect(await expectWhole(world)).toEqual([newest.id, old.id]);

    const soon = await holdUntil(new Date(Math.ceil(Date.now() / 1000) * 1000 + 1_000));
    await expect.poll(() => Date.now() > soon.getTime()).toBe(true);
    expect((await pruned(world)).removed.map(({ id }) => id)).toEqual([old.id]);
  });

  test('where tagging is not allowed nothing goes on beyond the first, and the reason is told', async () => {
    const { world } = await worldOnBucket();
    const { primary } = world.repositories;
    const [first, second] = [await storeSet(world, { days: 40 }), await storeSet(world, { days: 31 })];
    await storeSet(world, { days: 1 });
    const denied: Repository['expire'] = async () => {
      throw Object.assign(new Error('denied'), { code: 'EACCES' });
    };
    const { expire } = primary;
    Object.assign(primary, { expire: denied });
    expect((await pruned(world)).obstacles).toHaveLength(1);
    expect(await setsIn(primary)).not.toContain(first.id);
    expect(await setsIn(primary)).toContain(second.id);
    Object.assign(primary, { expire });
    expect((await pruned(world)).removed.map(({ id }) => id)).toEqual([second.id]);
  });
});
