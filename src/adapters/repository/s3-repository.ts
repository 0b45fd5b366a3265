import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { Failure } from '../../domain/failure.ts';
import type { PutOptions, Repository, StoredObject } from '../../ports/repository.ts';
import { objectChanged, objectExists, objectMissing } from './explain-repository-fault.ts';
import { explainS3Fault } from './explain-s3-fault.ts';
import { keySegments, prefixSegments } from './object-key.ts';
import { probeRepository } from './probe-repository.ts';
import { type S3Place, s3Client } from './s3-client.ts';
import { downloadObject } from './s3-download.ts';
import { attemptsOf, isGone, isMissing, isTaken, isUnconditional, isUnknownHere } from './s3-fault.ts';
import { expiredTag } from './s3-lifecycle.ts';
import { type S3Settings, s3Location } from './s3-settings.ts';
import { s3Setup } from './s3-setup.ts';
import { type Sent, uploadObject } from './s3-upload.ts';
import { s3Versions } from './s3-versions.ts';

/** A bucket of S3, or of a store that speaks it. Every request is tried again by the SDK, and none may hang for ever. */
export function s3Repository(settings: S3Settings): S3Repository {
  const { name = 'primary', bucket } = settings;
  const root = settings.prefix ? `${settings.prefix}/` : '';
  const location = s3Location(settings);
  const place: S3Place = { client: s3Client(settings), bucket, root, settings };
  const { client } = place;
  /** Found out by the first conditional write. */
  let conditionalWrites = true;

  const repository: S3Repository = {
    name,
    location,

    prepare: () =>
      explained(async () => {
        await client.send(new HeadBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
          throw isMissing(error) ? Object.assign(new Error(), { name: 'NoSuchBucket' }) : error;
        });
        await probeRepository(repository);
      }),

    async put(key, body, options = {}) {
      keySegments(key);
      try {
        return await put(key, body, options);
      } finally {
        if (!(body instanceof Uint8Array)) body.destroy();
      }
    },

    async get(key, { start = 0, signal } = {}) {
      keySegments(key);
      signal?.throwIfAborted();
      const explainRead = (error: unknown) => (isMissing(error) ? objectMissing(key, location) : explain(error));
      return downloadObject(place, key, { start, explain: explainRead, ...(signal && { signal }) });
    },

    stat: (key) => explained(async () => (await head(key))?.object),

    async *list(prefix) {
      prefixSegments(prefix);
      try {
        for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${root}${prefix}` })) {
          for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
            // Folders that people made in a console are objects with a `/` at their end.
            if (!Key.endsWith('/')) yield { key: Key.slice(root.length), bytes: Size, modifiedAt: LastModified };
          }
        }
      } catch (error) {
        throw explain(error);
      }
    },

    remove: (key) =>
      explained(async () => {
        keySegments(key);
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${root}${key}` })).catch((error: unknown) => {
          if (!isMissing(error)) throw error;
        });
      }),

    expire: (key) =>
      explained(async () => {
        keySegments(key);
        const tagging = { Bucket: bucket, Key: `${root}${key}`, Tagging: { TagSet: [expiredTag] } };
        try {
          await client.send(new PutObjectTaggingCommand(tagging));
          return 'marked' as const;
        } catch (error) {
          // A store without tags has no lifecycle that goes by them. (What was removed from a bucket with versions cannot be tagged either.)
          if (isUnknownHere(error)) await repository.remove(key);
          else if (!isMissing(error)) throw error;
          return 'removed' as const;
        }
      }),

    sweepUnfinished: (prefix) =>
      explained(async () => {
        prefixSegments(prefix);
        return sweep((key) => key.startsWith(`${root}${prefix}`), `${root}${prefix}`);
      }),

    freeBytes: async () => undefined,

    setup: s3Setup(place, name, explain),
    versions: s3Versions(place, explain),
  };
  return repository;

  async function put(key: string, body: Readable | Uint8Array, options: PutOptions): Promise<StoredObject> {
    const { ifAbsent = false, ifTag, signal } = options;
    const conditional = (ifAbsent || ifTag !== undefined) && conditionalWrites;
    if ((ifAbsent || ifTag !== undefined) && !conditional) {
      const there = await explained(() => head(key));
      if (ifAbsent && there) throw objectExists(key, location);
      if (ifTag !== undefined && there?.object.tag !== ifTag) throw objectChanged(key, location);
    }
    const only = conditional ? { ifAbsent, ...(ifTag !== undefined && { ifTag }) } : {};
    const upload = { key, body, ...only, ...(signal && { signal }) };
    const { sent, fault, strays } = await uploadObject(place, upload);
    if (strays) await sweepStrays(key);
    return explained(async () => {
      if (fault === undefined) return whole(key, sent, await head(key));
      // The answer to a first try may have been lost; the second one then meets the first one's work.
      if ((isTaken(fault) && attemptsOf(fault) > 1) || isGone(fault)) {
        const there = await head(key);
        if (there?.crc32 === sent.crc32 && there.object.bytes === sent.bytes) return there.object;
      }
      if (conditional && ifTag !== undefined && (isTaken(fault) || isMissing(fault)))
        throw objectChanged(key, location);
      if (conditional && isTaken(fault)) throw objectExists(key, location);
      // `prepare` finds this out with a small object, so that no stream is lost to it.
      if (conditional && isUnconditional(fault)) {
        conditionalWrites = false;
        if (body instanceof Uint8Array) return put(key, body, options);
      }
      throw fault;
    });
  }

  /** Done means: there, all of it, with the checksum that was counted here. */
  async function whole(key: string, sent: Sent, there: Head | undefined): Promise<StoredObject> {
    if (there?.object.bytes === sent.bytes && (there.crc32 ?? sent.crc32) === sent.crc32) return there.object;
    await repository.remove(key);
    const found = there ? `${there.object.bytes} bytes, CRC-32 ${there.crc32 ?? 'unknown'}` : 'nothing';
    throw new Failure(
      'repository-unavailable',
      `${location} took ${key} and has ${found}; ${sent.bytes} bytes with CRC-32 ${sent.crc32} were sent.`,
      { hint: 'It was removed again. Try again; if it stays so, do not trust this store.', retryable: true },
    );
  }

  async function head(key: string): Promise<Head | undefined> {
    keySegments(key);
    try {
      const found = await client.send(
        new HeadObjectCommand({ Bucket: bucket, Key: `${root}${key}`, ChecksumMode: 'ENABLED' }),
      );
      const { ContentLength: bytes = 0, LastModified: modifiedAt = new Date(0), ChecksumCRC32, ChecksumType } = found;
      const { ETag: tag } = found;
      const ofWhole = ChecksumCRC32 !== undefined && ChecksumType !== 'COMPOSITE' && !ChecksumCRC32.includes('-');
      return {
        object: { key, bytes, modifiedAt, ...(tag !== undefined && { tag }) },
        ...(ofWhole && { crc32: ChecksumCRC32 }),
      };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function sweep(isOurs: (fullKey: string) => boolean, prefix: string): Promise<number> {
    let swept = 0;
    for await (const { key, id } of unfinishedUploads(place, prefix)) {
      if (!isOurs(key)) continue;
      await client
        .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id }))
        .catch((error: unknown) => {
          if (!isGone(error)) throw error;
        });
      swept += 1;
    }
    return swept;
  }

  /** What cannot be removed now, the bucket's lifecycle rule removes. */
  async function sweepStrays(key: string): Promise<void> {
    await sweep((fullKey) => fullKey === `${root}${key}`, `${root}${key}`).catch(() => 0);
  }

  async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explain(error);
    }
  }

  function explain(error: unknown): unknown {
    return explainS3Fault(error, name, location, bucket);
  }
}

/** A bucket can do all that a repository may be able to. */
export type S3Repository = Required<Repository>;

interface Head {
  readonly object: StoredObject;
  /** Of the whole object; some stores do not tell. */
  readonly crc32?: string;
}

async function* unfinishedUploads(
  { client, bucket }: S3Place,
  prefix: string,
): AsyncGenerator<{ key: string; id: string }> {
  let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }));
    for (const { Key, UploadId } of page.Uploads ?? []) if (Key && UploadId) yield { key: Key, id: UploadId };
    const { IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
    if (!IsTruncated || !NextKeyMarker) return;
    marker = { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) };
  }
}
