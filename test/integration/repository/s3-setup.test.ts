import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { s3Repository } from '../../../src/adapters/repository/s3-repository.ts';
import { s3Setup } from '../../../src/adapters/repository/s3-setup.ts';
import type { RepositorySetup } from '../../../src/ports/repository-setup.ts';
import { failureOf } from '../../support/failure-of.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { sharedMoto } from '../../support/moto-server.ts';
import { newBucket } from '../../support/s3-place.ts';

const moto = sharedMoto();

/** moto speaks plain http; the settings say otherwise, so that what goes with TLS is tried too. */
async function open(create = {}) {
  const { bucket, client } = await newBucket(moto.endpoint, { create });
  const place = { client, bucket, root: 'prod/', settings: { bucket, prefix: 'prod' } };
  return { bucket, client, setup: s3Setup(place, 'primary', (error) => error) };
}

async function states(setup: RepositorySetup): Promise<Record<string, string>> {
  return Object.fromEntries((await setup.inspect()).map(({ id, state }) => [id.replace('repository.', ''), state]));
}

test('a new bucket lacks nearly everything, and all of it but logging can be mended', async () => {
  const { setup } = await open();
  const before = await setup.inspect();
  const applicable = before.filter((check) => check.applicable).map(({ id }) => id);
  expect(before.every(({ state, mend }) => state === 'good' || mend !== undefined)).toBe(true);
  expect(applicable).toEqual(
    expect.arrayContaining([
      'repository.public-access',
      'repository.tls-only',
      'repository.versioning',
      'repository.unfinished-uploads',
      'repository.expired-objects',
      'repository.replaced-versions',
    ]),
  );
  expect(applicable).not.toContain('repository.access-logging');
  for (const id of applicable) await setup.apply(id);
  expect(await states(setup)).toEqual({
    'public-access': 'good',
    'tls-only': 'good',
    versioning: 'good',
    'unfinished-uploads': 'good',
    'expired-objects': 'good',
    'replaced-versions': 'good',
    'default-encryption': 'good',
    'access-logging': 'warning',
    'object-lock': 'good',
  });
});

test('what is asked for is applied and nothing else', async () => {
  const { setup } = await open();
  const before = await states(setup);
  await setup.apply('repository.versioning');
  expect(await states(setup)).toEqual({ ...before, versioning: 'good' });
});

test('rules and statements of others stay', async () => {
  const { setup, client, bucket: Bucket } = await open();
  const theirs = { ID: 'theirs', Status: 'Enabled' as const, Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } };
  const statement = {
    Sid: 'theirs',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/public/*`,
  };
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [theirs] } }),
  );
  const Policy = JSON.stringify({ Version: '2012-10-17', Id: 'x', Statement: statement });
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  for (const id of ['tls-only', 'tls-only', 'unfinished-uploads', 'expired-objects', 'expired-objects']) {
    await setup.apply(`repository.${id}`);
  }
  const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules.map(({ ID }) => ID)).toEqual(['theirs', 'tidemark-unfinished-uploads', 'tidemark-expired-objects']);
  const found = JSON.parse((await client.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? '') as {
    Id: string;
    Statement: { Sid: string }[];
  };
  expect(found.Id).toBe('x');
  expect(found.Statement.map(({ Sid }) => Sid)).toEqual(['theirs', 'TidemarkTlsOnly']);
});

test('Object Lock is told with its span', async () => {
  const { setup, client, bucket: Bucket } = await open({ ObjectLockEnabledForBucket: true });
  const Rule = { DefaultRetention: { Mode: 'COMPLIANCE' as const, Days: 30 } };
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule };
  await client.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  const lines = await setup.inspect();
  expect(lines.find(({ id }) => id === 'repository.object-lock')?.finding).toContain('30 days (COMPLIANCE)');
});

test('a bucket that is not there is one line; making it makes it, in its region', async () => {
  const settings = { bucket: 'made-here', endpoint: moto.endpoint, forcePathStyle: true, region: 'eu-west-1' };
  const { setup } = s3Repository(settings);
  expect(await setup?.inspect()).toMatchObject([
    { id: 'repository.place', state: 'bad', mend: 'tidemark repository setup primary --create', applicable: false },
  ]);
  await setup?.create();
  await setup?.create();
  expect((await setup?.inspect())?.length).toBeGreaterThan(5);
});

test('over plain http TLS is not demanded: it would lock Tidemark out', async () => {
  const { repository } = await newBucket(moto.endpoint);
  const lines = (await repository.setup?.inspect()) ?? [];
  expect(lines.find(({ id }) => id === 'repository.tls-only')).toMatchObject({ state: 'warning', applicable: false });
  await expect(repository.setup?.apply('repository.tls-only')).rejects.toThrow();
});

describe('with less than all rights', () => {
  let proxy: FaultProxy;
  beforeEach(async () => {
    proxy = await startFaultProxy(moto.endpoint);
  });
  afterEach(() => proxy.stop());

  test('what may not be seen, or the store does not know, is a warning and the rest is told', async () => {
    const { repository } = await newBucket(moto.endpoint, { through: proxy.endpoint });
    proxy.meet(({ url }) => url.includes('?versioning'), { kind: 'answer', status: 403, code: 'AccessDenied' });
    proxy.meet(({ url }) => url.includes('?logging'), { kind: 'answer', status: 501, code: 'NotImplemented' }, 9);
    const lines = (await repository.setup?.inspect()) ?? [];
    expect(lines.find(({ id }) => id === 'repository.versioning')?.finding).toContain('may not look');
    expect(lines.find(({ id }) => id === 'repository.access-logging')?.finding).toContain('cannot say');
    expect(lines).toHaveLength(9);
  });

  test('a bucket of somebody else cannot be made', async () => {
    const settings = { bucket: 'theirs', endpoint: proxy.endpoint, forcePathStyle: true };
    proxy.meet(({ method }) => method === 'PUT', { kind: 'answer', status: 409, code: 'BucketAlreadyExists' }, 9);
    const failure = await failureOf(() => s3Repository(settings).setup?.create());
    expect(failure.message).toContain('belongs to somebody else');
  });
});
