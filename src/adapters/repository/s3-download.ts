import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';
import { crcText } from './s3-checksum.ts';
import type { S3Place } from './s3-client.ts';
import { statusOf } from './s3-fault.ts';
import { defaultPatience } from './s3-settings.ts';

/**
 * Streams an object from `start`. A read that breaks or hangs is taken up again where it stopped, at the same version of the
 * object; it fails once that got nowhere several times. What was read from the beginning is checked against the store's checksum.
 */
export async function downloadObject(
  place: S3Place,
  key: string,
  { start, signal, explain }: { start: number; signal?: AbortSignal; explain: (error: unknown) => unknown },
): Promise<Readable> {
  const { attempts } = { ...defaultPatience, ...place.settings.patience };
  const first = await openAt(place, key, start, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (isPastTheEnd(error)) return undefined;
    throw explain(error);
  });
  if (!first) return Readable.from([]);
  const total = totalBytes(first);
  const stream = Readable.from(bytes(first), {
    objectMode: false,
    highWaterMark: 1024 * 1024,
    ...(signal && { signal }),
  });
  // It reads ahead, so it may fail before anybody listens; whoever reads it then meets the error.
  return stream.on('error', () => {});

  async function* bytes(opened: GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
    let at = start;
    let checksum = 0;
    let open: GetObjectCommandOutput | undefined = opened;
    for (let failed = 0; ; ) {
      try {
        open ??= await openAt(place, key, at, signal, opened.ETag);
        for await (const chunk of chunksOf(open, place)) {
          at += chunk.length;
          checksum = crc32(chunk, checksum);
          failed = 0;
          yield chunk;
        }
        if (total === undefined || at >= total) break;
        throw new Error(`the store ended the answer after ${at} of ${total} bytes`);
      } catch (error) {
        signal?.throwIfAborted();
        failed += 1;
        if (failed >= attempts || isFinal(error)) throw explain(error);
      }
      open = undefined;
    }
    if (start === 0) compare(crcText(checksum), opened);
  }

  function compare(found: string, { ChecksumCRC32, ChecksumType }: GetObjectCommandOutput): void {
    // That of a multipart upload may be a checksum of the parts' checksums, which says nothing about the whole.
    if (ChecksumCRC32 === undefined || ChecksumType === 'COMPOSITE' || ChecksumCRC32.includes('-')) return;
    if (ChecksumCRC32 === found) return;
    throw new Failure(
      'integrity',
      `${key} came with other bytes than were stored: CRC-32 ${found}, not ${ChecksumCRC32}.`,
      {
        hint: 'Read it again; if it stays so, the object is damaged: use another copy of this backup.',
      },
    );
  }
}

async function openAt(
  { client, bucket, root }: S3Place,
  key: string,
  start: number,
  signal: AbortSignal | undefined,
  version?: string,
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: `${root}${key}`,
    ...(start > 0 && { Range: `bytes=${start}-` }),
    ...(version !== undefined && { IfMatch: version }),
  });
  // The SDK's own ChecksumMode puts a stream around the body that lets errors of a body nobody reads right now go unheard,
  // which ends the process; and it cannot check a read that was taken up again.
  if (start === 0) {
    command.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, { 'x-amz-checksum-mode': 'ENABLED' });
        return next(args);
      },
      { step: 'build' },
    );
  }
  const opened = await client.send(command, signal ? { abortSignal: signal } : {});
  // Whoever reads it next meets the error.
  if (opened.Body instanceof Readable) opened.Body.on('error', () => {});
  return opened;
}

/** The body, which fails instead of hanging. Time in which nobody asks for more does not count. */
async function* chunksOf({ Body }: GetObjectCommandOutput, { settings }: S3Place): AsyncGenerator<Uint8Array> {
  const { idle } = { ...defaultPatience, ...settings.patience };
  if (!(Body instanceof Readable)) return;
  const body = Body;
  const iterator = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const hung = setTimeout(() => body.destroy(new Error(`no byte came for ${idle} ms`)), idle);
      const next = await iterator.next().finally(() => clearTimeout(hung));
      if (next.done) return;
      yield next.value;
    }
  } finally {
    body.destroy();
  }
}

function totalBytes({ ContentRange, ContentLength }: GetObjectCommandOutput): number | undefined {
  const total = /\/(\d+)$/.exec(ContentRange ?? '')?.[1];
  return total === undefined ? ContentLength : Number(total);
}

function isPastTheEnd(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidRange';
}

/** What another try would only meet again. */
function isFinal(error: unknown): boolean {
  if (error instanceof Failure) return true;
  const status = statusOf(error);
  return status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
}
