import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { collectingSooner } from '../process/collecting-sooner.ts';
import { crcText } from './s3-checksum.ts';
import type { S3Place } from './s3-client.ts';
import { attemptsOf } from './s3-fault.ts';
import { defaultPartSize, partsInFlight } from './s3-settings.ts';

/** What was sent, as counted here and not by the store. */
export interface Sent {
  readonly bytes: number;
  /** CRC-32 of the whole object, in S3's base64. */
  readonly crc32: string;
}

export interface UploadRequest {
  readonly key: string;
  readonly body: Readable | Uint8Array;
  readonly ifAbsent?: boolean;
  /** Replaces only the object with this ETag. */
  readonly ifTag?: string;
  readonly signal?: AbortSignal;
}

/** What was read of the body, and what the store said when it did not take it. */
export interface Uploaded {
  readonly sent: Sent;
  readonly fault?: unknown;
  /** Beginning the upload took more than one try, and a try whose answer was lost may have begun one that nobody knows. */
  readonly strays: boolean;
}

/**
 * Sends an object: small ones whole, others in parts while they are read, a few parts in memory at a time. lib-storage does
 * the parts; on its own it would read a dead upload's body to the end, leave requests running after an abort, and clean up
 * unawaited. So every request goes through `send` here: the first thing that fails stops the body and all other requests, and
 * only then does lib-storage remove the unfinished upload, which is waited for.
 * What the body failed with and the reason of an abort are thrown untouched; a fault of the store is answered, to be judged.
 */
export async function uploadObject(
  { client, bucket, root, settings }: S3Place,
  { key, body, signal, ...only }: UploadRequest,
): Promise<Uploaded> {
  signal?.throwIfAborted();
  const source = body instanceof Uint8Array ? Readable.from([body]) : body;
  const running = new AbortController();
  setMaxListeners(0, running.signal);
  let sent: Sent = { bytes: 0, crc32: crcText(0) };
  let strays = false;
  let cause: { readonly of: 'body' | 'store' | 'abort'; readonly error: unknown } | undefined;
  const stop = (of: 'body' | 'store' | 'abort', error: unknown) => {
    if (cause) return;
    cause = { of, error };
    source.destroy(error instanceof Error ? error : undefined);
    running.abort();
  };
  const onAbort = () => stop('abort', signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  source.on('error', (error) => stop('body', error));

  async function* counted() {
    let bytes = 0;
    let checksum = 0;
    try {
      for await (const chunk of source) {
        bytes += chunk.length;
        checksum = crc32(chunk, checksum);
        sent = { bytes, crc32: crcText(checksum) };
        yield chunk;
      }
    } catch (error) {
      stop('body', error);
      throw error;
    }
  }

  try {
    const upload = new Upload({
      client: sendingThrough(client, running.signal, {
        failed: (error) => stop('store', error),
        begun: (tries) => {
          strays = tries > 1;
        },
      }),
      params: { Bucket: bucket, Key: `${root}${key}`, Body: Readable.from(counted()), ...writing(settings, only) },
      partSize: settings.partSize ?? defaultPartSize,
      queueSize: partsInFlight,
    });
    await collectingSooner(() => upload.done());
    return { sent, strays };
  } catch (error) {
    const { of, error: first } = (cause as typeof cause) ?? { of: 'store', error };
    if (of !== 'store') throw first;
    return { sent, strays, fault: first };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    source.destroy();
  }
}

function writing(
  { sse, kmsKeyId }: S3Place['settings'],
  { ifAbsent, ifTag }: Pick<UploadRequest, 'ifAbsent' | 'ifTag'>,
): Partial<PutObjectCommandInput> {
  return {
    ChecksumAlgorithm: 'CRC32',
    // Of the whole object and not of its parts' checksums, so that whoever reads it can compare.
    ...{ ChecksumType: 'FULL_OBJECT' },
    ...(sse !== undefined && sse !== 'none' && { ServerSideEncryption: sse }),
    ...(sse === 'aws:kms' && kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
    ...(ifAbsent && { IfNoneMatch: '*' }),
    ...(ifTag !== undefined && { IfMatch: ifTag }),
  };
}

/**
 * lib-storage uses a client's `config` and `send` alone. Beginning and removing an upload are never cut off: a request to
 * begin that is answered to nobody leaves an upload that nobody knows of.
 */
function sendingThrough(
  client: S3Client,
  signal: AbortSignal,
  tell: { failed: (error: unknown) => void; begun: (tries: number) => void },
): S3Client {
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    const begins = command instanceof CreateMultipartUploadCommand;
    const alwaysWhole = begins || command instanceof AbortMultipartUploadCommand;
    try {
      const answer = await client.send(command, alwaysWhole ? {} : { abortSignal: signal });
      if (begins) tell.begun(answer.$metadata.attempts ?? 1);
      return answer;
    } catch (error) {
      if (begins) tell.begun(attemptsOf(error));
      tell.failed(error);
      throw error;
    }
  };
  // The two things of a client that lib-storage touches.
  return { config: client.config, send } as unknown as S3Client;
}
