import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lifecycleWishes } from '../../../src/adapters/repository/s3-lifecycle.ts';
import { keys as keysOf } from '../../contract/repository.ts';
import { failureOf } from '../../support/failure-of.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { sharedMoto } from '../../support/moto-server.ts';
import { newBucket } from '../../support/s3-place.ts';

const moto = sharedMoto();
const megabyte = 1024 * 1024;
let proxy: FaultProxy;

beforeEach(async () => {
  proxy = await startFaultProxy(moto.endpoint);
});
afterEach(() => proxy.stop());

test.each([
  ['aws:kms', 'alias/aws/s3', 'aws:kms'],
  ['AES256', undefined, 'AES256'],
  ['none', undefined, undefined],
] as const)('server-side encryption %s is asked for, of small objects and large', async (sse, kmsKeyId, expected) => {
  const { repository, client, bucket } = await newBucket(moto.endpoint, {
    through: proxy.endpoint,
    sse,
    ...(kmsKeyId && { kmsKeyId }),
  });
  await repository.put('small', Buffer.from('x'));
  await repository.put('large', Readable.from([randomBytes(9 * megabyte)]));
  const asked = proxy.seen.filter(
    ({ url, method }) => (method === 'PUT' && url.includes('small')) || (method === 'POST' && url.includes('uploads')),
  );
  expect(asked).toHaveLength(2);
  for (const { headers } of asked) {
    expect(headers['x-amz-server-side-encryption']).toBe(expected);
    expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe(kmsKeyId);
  }
  if (sse !== 'aws:kms') return;
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'prod/large' }));
  expect(head.ServerSideEncryption).toBe('aws:kms');
});

test('every part carries a checksum, and the store keeps one of the object', async () => {
  const { repository, client, bucket } = await newBucket(moto.endpoint, { through: proxy.endpoint });
  await repository.put('large', Readable.from([randomBytes(17 * megabyte)]));
  const parts = proxy.seen.filter(({ url }) => url.includes('partNumber='));
  expect(parts).toHaveLength(3);
  for (const { headers } of parts) expect(headers['x-amz-checksum-crc32'] ?? headers['x-amz-trailer']).toBeTruthy();
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'prod/large', ChecksumMode: 'ENABLED' }));
  expect(head.ChecksumCRC32).toBeTruthy();
});

test('a body is read no further ahead than the parts in flight', async () => {
  const { repository } = await newBucket(moto.endpoint, { through: proxy.endpoint, partSize: 5 * megabyte });
  proxy.meet(({ url }) => url.includes('partNumber='), { kind: 'hang' }, 100);
  const block = randomBytes(megabyte);
  let read = 0;
  const body = new Readable({
    highWaterMark: megabyte,
    read() {
      read += 1;
      this.push(block);
    },
  });
  const abort = new AbortController();
  const done = repository.put('endless', body, { signal: abort.signal });
  await expect.poll(() => proxy.seen.filter(({ url }) => url.includes('partNumber=')).length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(read).toBeLessThanOrEqual(20);
  abort.abort(new Error('enough'));
  await expect(done).rejects.toThrow('enough');
});

test('with versioning, what was removed is not listed and its version stays', async () => {
  const { repository, client, bucket: Bucket } = await newBucket(moto.endpoint);
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await repository.put('a', Buffer.from('one'));
  await repository.put('a', Buffer.from('two'));
  await repository.remove('a');
  expect(await repository.stat('a')).toBeUndefined();
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  expect([Versions.length, DeleteMarkers.length]).toEqual([2, 1]);
});

test('a bucket with Object Lock takes objects large and small, and gives them back', async () => {
  const {
    repository,
    client,
    bucket: Bucket,
  } = await newBucket(moto.endpoint, {
    create: { ObjectLockEnabledForBucket: true },
  });
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 1 } };
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule };
  await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  const bytes = randomBytes(9 * megabyte);
  await repository.prepare();
  await repository.put('large', Readable.from([bytes]));
  expect(bytes.equals(await buffer(await repository.get('large')))).toBe(true);
});

test('what is given up is tagged for the lifecycle rule, and nothing of it is removed', async () => {
  const { repository, client, bucket: Bucket } = await newBucket(moto.endpoint);
  await repository.put('a/given-up', Buffer.from('x'));
  await repository.put('a/kept', Buffer.from('x'));
  await repository.expire('a/given-up');
  const tagsOf = async (key: string) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket, Key: `prod/${key}` }))).TagSet;
  const { rule } = lifecycleWishes('prod/').find(({ id }) => id === 'expired-objects') ?? {};
  expect(await tagsOf('a/given-up')).toEqual(rule?.Filter?.And?.Tags);
  expect(await tagsOf('a/kept')).toEqual([]);
});

test('a store without tags has removed what is given up', async () => {
  const { repository } = await newBucket(moto.endpoint, { through: proxy.endpoint });
  await repository.put('a', Buffer.from('x'));
  proxy.meet(({ url }) => url.includes('?tagging'), { kind: 'answer', status: 501, code: 'NotImplemented' }, 9);
  await repository.expire('a');
  expect(await keysOf(repository, '')).toEqual([]);
});

test('what may not be tagged is not removed instead', async () => {
  const { repository } = await newBucket(moto.endpoint, { through: proxy.endpoint });
  await repository.put('a', Buffer.from('x'));
  proxy.meet(({ url }) => url.includes('?tagging'), { kind: 'answer', status: 403, code: 'AccessDenied' }, 9);
  expect((await failureOf(() => repository.expire('a'))).code).toBe('repository-unavailable');
  expect(await keysOf(repository, '')).toEqual(['a']);
});

test('destroying takes every version and every mark of a removal, and of nothing else', async () => {
  const { repository, client, bucket: Bucket } = await newBucket(moto.endpoint);
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  for (const value of ['one', 'two']) await repository.put('set/keys', Buffer.from(value));
  await repository.put('set/keys-2', Buffer.from('another'));
  await repository.remove('set/keys');
  expect(await repository.versions?.destroy('set/keys')).toEqual({ versions: 2, locked: [] });
  expect(await repository.versions?.destroy('set/keys')).toEqual({ versions: 0, locked: [] });
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  expect([Versions.map(({ Key }) => Key), DeleteMarkers]).toEqual([['prod/set/keys-2'], []]);
});

test('destroying tells what Object Lock keeps, with its date, and leaves it', async () => {
  const {
    repository,
    client,
    bucket: Bucket,
  } = await newBucket(moto.endpoint, {
    create: { ObjectLockEnabledForBucket: true },
  });
  await repository.put('open', Buffer.from('x'));
  await repository.put('kept', Buffer.from('x'));
  await repository.put('held', Buffer.from('x'));
  const until = new Date(Date.now() + 86_400_000);
  until.setMilliseconds(0);
  const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: until };
  await client.send(new PutObjectRetentionCommand({ Bucket, Key: 'prod/kept', Retention }));
  await client.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'prod/held', LegalHold: { Status: 'ON' } }));
  const locks = await Promise.all(['open', 'kept', 'held', 'none'].map((key) => repository.versions?.lockOf(key)));
  expect(locks.map((lock) => lock && (lock.until ?? 'without an end'))).toEqual([
    undefined,
    until,
    'without an end',
    undefined,
  ]);
  expect(await repository.versions?.destroy('open')).toMatchObject({ versions: 1, locked: [] });
  expect(await repository.versions?.destroy('kept')).toMatchObject({ versions: 0, locked: [{ until }] });
  const held = await repository.versions?.destroy('held');
  expect(held?.locked).toHaveLength(1);
  expect(held?.locked[0]?.until).toBeUndefined();
  expect(await keysOf(repository, '')).toEqual(['held', 'kept']);
});

test('what is outside of its prefix is neither seen nor swept', async () => {
  const { repository, settings } = await newBucket(moto.endpoint);
  const { s3Repository } = await import('../../../src/adapters/repository/s3-repository.ts');
  const neighbour = s3Repository({ ...settings, prefix: 'prod-2' });
  await neighbour.put('a', Buffer.from('theirs'));
  expect(await keysOf(repository, '')).toEqual([]);
});

test('lists more than one page', async () => {
  const { repository } = await newBucket(moto.endpoint);
  const keys = Array.from({ length: 1010 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
  for (let at = 0; at < keys.length; at += 20) {
    await Promise.all(keys.slice(at, at + 20).map((key) => repository.put(key, Buffer.from(key))));
  }
  expect(await keysOf(repository, 'k/')).toEqual(keys);
});
