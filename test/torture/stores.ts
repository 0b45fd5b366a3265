import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type _Object,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { s3Client } from '../../src/adapters/repository/s3-client.ts';
import { s3Repository } from '../../src/adapters/repository/s3-repository.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import type { Repository } from '../../src/ports/repository.ts';

export type StoreKind = 'local' | 's3';
export const storeKinds = ['local', 's3'] as const;

/** Where the backups of one place lie, seen from outside: around the bot and around every proxy. */
export interface Store {
  readonly kind: StoreKind;
  /** As the bot would open it, but straight. */
  readonly repository: Repository;
  /** For `repository.primary` of a configuration; a proxy's URL instead of the store's own. */
  settings(endpoint?: string): object;
  /** Everything that takes room, named as people would: unfinished files and uploads, and directories without anything, too. */
  everything(): Promise<string[]>;
  /** What tells an object's bytes from any others, by key. */
  prints(): Promise<Map<string, string>>;
  remove(): Promise<void>;
}

/** The directory `repository` of a place; a copied place has a copied one. */
export function localStore(folder: string): Store {
  const path = join(folder, 'repository');
  mkdirSync(path, { recursive: true });
  return {
    kind: 'local',
    repository: localRepository({ path }),
    settings: () => ({ type: 'local', path: 'repository' }),
    async everything() {
      const entries = readdirSync(path, { withFileTypes: true, recursive: true });
      return entries
        .filter((entry) => !entry.isDirectory() || readdirSync(join(entry.parentPath, entry.name)).length === 0)
        .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1));
    },
    async prints() {
      const files = readdirSync(path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
      const paths = files.map((entry) => join(entry.parentPath, entry.name));
      return new Map(paths.map((file) => [file.slice(path.length + 1), sha256(readFileSync(file))]));
    },
    async remove() {},
  };
}

/** One bucket for all of them, a prefix for each. */
export interface Bucket {
  readonly client: S3Client;
  readonly endpoint: string;
  readonly name: string;
}

export async function makeBucket(endpoint: string): Promise<Bucket> {
  const name = 'torture';
  const client = s3Client({ bucket: name, endpoint, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return { client, endpoint, name };
}

/** A prefix of the bucket, begun as a copy of another one. */
export async function s3Store(bucket: Bucket, prefix: string, base?: string): Promise<Store> {
  const { client, name: Bucket, endpoint: straight } = bucket;
  const settings = (endpoint = straight) => ({ bucket: Bucket, prefix, endpoint, forcePathStyle: true });
  if (base !== undefined) {
    const copies = (await objectsBelow(bucket, base)).map(({ Key = '' }) => {
      const copy = `${prefix}${Key.slice(base.length)}`;
      return client.send(new CopyObjectCommand({ Bucket, Key: copy, CopySource: `${Bucket}/${Key}` }));
    });
    await Promise.all(copies);
  }
  const prints = async () => {
    const objects = await objectsBelow(bucket, prefix);
    return new Map(objects.map(({ Key = '', ETag = '' }) => [Key.slice(prefix.length + 1), ETag]));
  };
  return {
    kind: 's3',
    repository: s3Repository({ ...settings(), partSize: 5 * 1024 * 1024 }),
    settings: (endpoint) => ({ type: 's3', ...settings(endpoint), region: 'us-east-1', partMegabytes: 5 }),
    async everything() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: `${prefix}/` }));
      const unfinished = Uploads.map(({ Key = '' }) => `${Key.slice(prefix.length + 1)} (an unfinished upload)`);
      return [...(await prints()).keys(), ...unfinished];
    },
    prints,
    async remove() {
      for (const { Key } of await objectsBelow(bucket, prefix))
        await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  };
}

async function objectsBelow({ client, name }: Bucket, prefix: string): Promise<_Object[]> {
  const objects: _Object[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: name, Prefix: `${prefix}/` })) {
    objects.push(...(page.Contents ?? []));
  }
  return objects;
}
