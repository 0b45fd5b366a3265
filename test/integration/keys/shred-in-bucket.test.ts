import { randomBytes } from 'node:crypto';
import {
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../../src/adapters/crypto/key-file.ts';
import { memoryRepository } from '../../../src/adapters/repository/memory-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import type { Principal } from '../../../src/domain/principal.ts';
import { rotateKeys } from '../../../src/operations/rotate-keys.ts';
import { shredSet } from '../../../src/operations/shred-set.ts';
import type { World } from '../../../src/operations/world.ts';
import { sharedMoto } from '../../support/moto-server.ts';
import { newBucket } from '../../support/s3-place.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { smallWorld } from '../../support/small-world.ts';

const admin: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
const [older, newer] = [keyOf('k-1', randomBytes(32)), keyOf('k-2', randomBytes(32))];
const id = '20261123T020000Z-full-alumni-x7k2';
const keys = `${setPrefix(id)}keys`;
const moto = sharedMoto();

const shred = (world: World) =>
  shredSet(world, { principal: admin, backup: id, reason: 'a request', confirm: async () => id });

async function versionsOf(client: S3Client, Bucket: string): Promise<number> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: `prod/${keys}` }),
  );
  return Versions.length + DeleteMarkers.length;
}

it('in a bucket with versions, those from before a rotation are destroyed as well', async () => {
  const { repository, client, bucket: Bucket } = await newBucket(moto.endpoint);
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const world = smallWorld({
    encryption: keyEncryption([newer, older]),
    repositories: { primary: repository, copies: [memoryRepository({ name: 'off-site' })] },
  });
  await storeSmallSet(world, id, keyEncryption([older]));
  await rotateKeys(world, { principal: admin, signal: new AbortController().signal });
  expect(await versionsOf(client, Bucket)).toBe(2);
  expect(await shred(world)).toMatchObject({ complete: true, keys: [{ versions: 2, readBack: 'missing' }, {}] });
  expect(await versionsOf(client, Bucket)).toBe(0);
});

it('a key under Object Lock stays, its date is told, and the backup counts as none', async () => {
  const create = { ObjectLockEnabledForBucket: true };
  const { repository, client, bucket: Bucket } = await newBucket(moto.endpoint, { create });
  const encryption = keyEncryption([newer]);
  const world = smallWorld({ encryption, repositories: { primary: repository, copies: [] } });
  await storeSmallSet(world, id);
  const until = new Date(Date.now() + 3 * 86_400_000);
  until.setMilliseconds(0);
  const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: until };
  await client.send(new PutObjectRetentionCommand({ Bucket, Key: `prod/${keys}`, Retention }));
  expect(await shred(world)).toMatchObject({
    complete: false,
    keys: [{ lockedUntil: until.toISOString(), versions: 0, readBack: 'still-there' }],
  });
  expect(await versionsOf(client, Bucket)).toBe(1);
  expect(world.state.catalog.get(id)?.shredded?.remains).toEqual([
    { repository: 'primary', until: until.toISOString() },
  ]);
});
