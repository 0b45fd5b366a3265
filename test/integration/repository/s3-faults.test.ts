import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { S3Patience } from '../../../src/adapters/repository/s3-settings.ts';
import { failureOf } from '../../support/failure-of.ts';
import { type FaultProxy, type SeenRequest, startFaultProxy } from '../../support/fault-proxy.ts';
import { sharedMoto } from '../../support/moto-server.ts';
import { newBucket } from '../../support/s3-place.ts';

const moto = sharedMoto();
const megabyte = 1024 * 1024;
const patience: S3Patience = { connect: 2000, idle: 700, attempts: 3 };
let proxy: FaultProxy;

beforeEach(async () => {
  proxy = await startFaultProxy(moto.endpoint);
});
afterEach(() => proxy.stop());

const is = {
  part: ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('partNumber='),
  putOf: (key: string) => (seen: SeenRequest) => seen.method === 'PUT' && seen.url.includes(`/${key}?x-id=PutObject`),
  completion: ({ method, url }: SeenRequest) => method === 'POST' && url.includes('uploadId='),
  creation: ({ method, url }: SeenRequest) => method === 'POST' && url.includes('uploads'),
  read: ({ method, url }: SeenRequest) => method === 'GET' && url.includes('x-id=GetObject'),
  any: () => true,
};

async function open() {
  return newBucket(moto.endpoint, { through: proxy.endpoint, patience, partSize: 5 * megabyte });
}

describe('a part that does not get through is sent again, and the body is read once', () => {
  test.each([
    ['it meets a 503', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['it is reset half-way', { kind: 'cut-request', after: 300_000 }],
    ['nobody answers', { kind: 'hang' }],
    ['the answer is lost', { kind: 'lose-answer' }],
  ] as const)('when %s', async (_, fault) => {
    const { repository } = await open();
    const bytes = randomBytes(12 * megabyte);
    let read = 0;
    proxy.meet(is.part, fault);
    await repository.put(
      'part',
      slices(bytes, (length) => {
        read += length;
      }),
    );
    expect(read).toBe(bytes.length);
    expect(bytes.equals(await buffer(await repository.get('part')))).toBe(true);
    expect(proxy.seen.filter(is.part)).toHaveLength(4);
  });
});

describe('an upload that fails for good leaves nothing, and stops its body', () => {
  test.each([
    ['part', is.part, { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['part', is.part, { kind: 'hang' }],
    ['part', is.part, { kind: 'answer', status: 403, code: 'AccessDenied' }],
    ['completion', is.completion, { kind: 'answer', status: 500, code: 'InternalError' }],
    ['beginning', is.creation, { kind: 'lose-answer' }],
  ] as const)('at a %s', async (_, matches, fault) => {
    const { repository, client, bucket } = await open();
    proxy.meet(matches, fault, 100);
    const body = endless(16 * megabyte);
    const failure = await failureOf(() => repository.put('a/b', body));
    expect(failure.code).toBe('repository-unavailable');
    expect(failure.hint).not.toBe('');
    expect(body.destroyed).toBe(true);
    await expectNothing(client, bucket);
  });

  test('and the rest of the body is not read once a part has failed', async () => {
    const { repository } = await open();
    proxy.meet(is.part, { kind: 'answer', status: 403, code: 'AccessDenied' }, 100);
    let read = 0;
    const bytes = randomBytes(megabyte);
    const body = Readable.from(
      (function* () {
        for (; read < 500; read += 1) yield bytes;
      })(),
    );
    await failureOf(() => repository.put('a', body));
    expect(read).toBeLessThan(100);
  });

  test('an abort while parts are on their way is waited for until the store has forgotten it', async () => {
    const { repository, client, bucket } = await open();
    const abort = new AbortController();
    proxy.meet(is.part, { kind: 'hang' }, 100);
    const body = endless(16 * megabyte);
    const done = repository.put('a', body, { signal: abort.signal });
    const reason = new Error('SIGTERM');
    while (!proxy.seen.some(is.part)) await new Promise((resolve) => setTimeout(resolve, 10));
    abort.abort(reason);
    await expect(done).rejects.toBe(reason);
    expect(body.destroyed).toBe(true);
    await expectNothing(client, bucket);
  });

  test('what could not be removed is swept afterwards', async () => {
    const { repository, client, bucket } = await open();
    proxy.meet(is.part, { kind: 'answer', status: 403, code: 'AccessDenied' }, 100);
    proxy.meet(({ method }) => method === 'DELETE', { kind: 'answer', status: 503, code: 'SlowDown' }, 100);
    await failureOf(() => repository.put('a/b', endless(12 * megabyte)));
    proxy.calm();
    expect(await repository.sweepUnfinished('other/')).toBe(0);
    expect(await repository.sweepUnfinished('a/')).toBe(1);
    await expectNothing(client, bucket);
  });
});

describe('an answer that is lost after the work was done', () => {
  test('of a completion does not fail the upload', async () => {
    const { repository } = await open();
    const bytes = randomBytes(6 * megabyte);
    proxy.meet(is.completion, { kind: 'lose-answer' });
    expect(await repository.put('a', Readable.from([bytes]))).toMatchObject({ bytes: bytes.length });
  });

  test('of a conditional write does not make it meet itself', async () => {
    const { repository } = await open();
    proxy.meet(is.putOf('once'), { kind: 'lose-answer' });
    expect(await repository.put('once', Buffer.from('mine'), { ifAbsent: true })).toMatchObject({ bytes: 4 });
    const failure = await failureOf(() => repository.put('once', Buffer.from('mine'), { ifAbsent: true }));
    expect(failure.code).toBe('object-exists');
    const { tag = '' } = (await repository.stat('once')) ?? {};
    proxy.meet(is.putOf('once'), { kind: 'lose-answer' });
    expect(await repository.put('once', Buffer.from('newer'), { ifTag: tag })).toMatchObject({ bytes: 5 });
  });
});

describe('a store without conditional writes', () => {
  test('is asked first whether the object is there', async () => {
    const { repository } = await open();
    proxy.meet(
      ({ headers }) => 'if-none-match' in headers,
      { kind: 'answer', status: 501, code: 'NotImplemented' },
      100,
    );
    await repository.prepare();
    await repository.put('a', Readable.from([Buffer.from('first')]), { ifAbsent: true });
    const failure = await failureOf(() => repository.put('a', Buffer.from('second'), { ifAbsent: true }));
    expect(failure.code).toBe('object-exists');
    expect(String(await buffer(await repository.get('a')))).toBe('first');
    const { tag = '' } = (await repository.stat('a')) ?? {};
    await repository.put('a', Buffer.from('another'), { ifTag: tag });
    const late = await failureOf(() => repository.put('a', Buffer.from('third'), { ifTag: tag }));
    expect(late.code).toBe('object-changed');
  });
});

describe('a read that breaks is taken up where it stopped', () => {
  test.each([
    ['cut', { kind: 'cut-answer', after: 1_000_000 }],
    ['stalled', { kind: 'stall-answer', after: 1_000_000 }],
  ] as const)('when %s, again and again', async (_, fault) => {
    const { repository } = await open();
    const bytes = randomBytes(4_500_000);
    await repository.put('a', bytes);
    proxy.meet(is.read, fault, 4);
    expect(bytes.equals(await buffer(await repository.get('a')))).toBe(true);
    const ranges = proxy.seen.filter(is.read).map(({ headers }) => headers.range);
    expect(ranges).toHaveLength(5);
    expect(ranges[0]).toBeUndefined();
    expect(new Set(ranges).size).toBe(5);
  });

  test('but not for ever without getting further', async () => {
    const { repository } = await open();
    await repository.put('a', randomBytes(100_000));
    proxy.meet(is.read, { kind: 'stall-answer', after: 0 }, 100);
    const stream = await repository.get('a');
    const failure = await failureOf(() => buffer(stream));
    expect(failure).toMatchObject({ code: 'repository-unavailable', retryable: true });
    expect(proxy.seen.filter(is.read).length).toBeLessThanOrEqual(patience.attempts + 1);
  });

  test('and fails when the object was replaced meanwhile', async () => {
    const { repository } = await open();
    await repository.put('a', randomBytes(14 * megabyte));
    proxy.meet(is.read, { kind: 'cut-answer', after: 8 * megabyte });
    const stream = await repository.get('a');
    await new Promise((resolve) => stream.once('readable', resolve));
    await repository.put('a', randomBytes(14 * megabyte));
    const failure = await failureOf(() => buffer(stream));
    expect(failure.message).toContain('replaced');
  });

  test('a slow one is waited for, a slow reader is not punished', async () => {
    const { repository } = await open();
    const bytes = randomBytes(200_000);
    await repository.put('a', bytes);
    proxy.meet(is.read, { kind: 'trickle', bytes: 20_000, everyMs: 150 });
    expect(bytes.equals(await buffer(await repository.get('a')))).toBe(true);

    const big = randomBytes(20 * megabyte);
    await repository.put('big', big);
    const stream = await repository.get('big');
    await new Promise((resolve) => setTimeout(resolve, 2.5 * patience.idle));
    expect(big.equals(await buffer(stream))).toBe(true);
  });

  test('a byte that was changed on the way is noticed', async () => {
    const { repository } = await open();
    await repository.put('small', randomBytes(100_000));
    await repository.put('large', Readable.from([randomBytes(7 * megabyte)]));
    for (const key of ['small', 'large']) {
      proxy.meet(is.read, { kind: 'flip', at: 50_000 });
      const stream = await repository.get(key);
      const failure = await failureOf(() => buffer(stream));
      expect(failure.code, key).toBe('integrity');
    }
  });
});

describe('trouble is said with its mend', () => {
  test.each([
    [403, 'AccessDenied', 'Access Denied', /may not/, /s3:ListBucket/],
    [403, 'ExpiredToken', 'The provided token has expired.', /expired/, /Log in again/],
    [403, 'RequestTimeTooSkewed', 'The difference …', /clock/, /timedatectl/],
    [403, 'InvalidAccessKeyId', 'unknown', /does not know/, /AWS_ACCESS_KEY_ID/],
    [
      400,
      'AuthorizationHeaderMalformed',
      "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
      /eu-west-1/,
      /region: eu-west-1/,
    ],
    [404, 'NoSuchBucket', 'no', /There is no bucket/, /--create/],
    [400, 'KMS.DisabledException', 'key is disabled', /KMS key/, /enabled/],
    [403, 'AccessDenied', 'Access Denied because object protected by object lock.', /locked/, /Object Lock/],
    [503, 'SlowDown', 'Reduce your request rate', /SlowDown/, /again/],
  ] as const)('%i %s', async (status, code, message, says, hints) => {
    const { repository } = await open();
    proxy.meet(is.any, { kind: 'answer', status, code, message }, 100);
    const failure = await failureOf(() => repository.put('a', Buffer.from('x')));
    expect(failure.code).toBe('repository-unavailable');
    expect(failure.message).toMatch(says);
    expect(failure.hint).toMatch(hints);
    expect(failure.retryable).toBe(status === 503 || code === 'RequestTimeTooSkewed');
  });

  test('a bucket that is not there, and an endpoint where nobody listens', async () => {
    const { settings } = await open();
    const { s3Repository } = await import('../../../src/adapters/repository/s3-repository.ts');
    const missing = await failureOf(() => s3Repository({ ...settings, bucket: 'nowhere' }).prepare());
    expect(missing.message).toContain('no bucket nowhere');
    const closed = s3Repository({ ...settings, endpoint: 'http://someone:secret@127.0.0.1:1' });
    const unreachable = await failureOf(() => closed.prepare());
    expect(unreachable).toMatchObject({ code: 'repository-unavailable', retryable: true });
    expect(`${unreachable.message} ${closed.location}`).not.toContain('secret');
  });
});

function slices(bytes: Buffer, onRead: (length: number) => void): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 100_000) {
        const slice = bytes.subarray(at, at + 100_000);
        onRead(slice.length);
        yield slice;
      }
    })(),
  );
}

/** A dump that goes on after `bytes`, as long as anybody reads. */
function endless(bytes: number): Readable {
  return slices(randomBytes(bytes), () => {});
}

async function expectNothing(client: S3Client, bucket: string): Promise<void> {
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  expect((await client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).toEqual([]);
}
