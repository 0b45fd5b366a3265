import type { Stats } from 'node:fs';
import { chmod, constants, lstat, mkdir, open, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { GetOptions, PutOptions, Repository, StoredObject } from '../../ports/repository.ts';
import { explainRepositoryFault, objectChanged, objectExists, objectMissing } from './explain-repository-fault.ts';
import {
  beginFile,
  directoryWithin,
  publish,
  removeEmptyBelow,
  removeEmptyDirectories,
  syncDirectory,
  unfinishedName,
} from './local-files.ts';
import { keySegments, prefixSegments } from './object-key.ts';
import { probeRepository } from './probe-repository.ts';
import { walkFiles } from './walk-files.ts';
import { writeWhole } from './write-whole.ts';

/** A directory on this machine. Directories are 0700, files 0600, whatever the umask. */
export function localRepository({ name = 'primary', path }: { name?: string; path: string }): Repository {
  const root = resolve(path);

  const repository: Repository = {
    name,
    location: root,

    prepare: () =>
      explained(async () => {
        const made = await mkdir(root, { recursive: true, mode: 0o700 });
        if (made !== undefined) await chmod(root, 0o700);
        await probeRepository(repository);
      }),

    put: (key, body, options = {}) => put(keySegments(key), body, options),
    get: (key, options = {}) => explained(() => get(key, options)),

    stat: (key) =>
      explained(async () => {
        const file = await locate(keySegments(key));
        const stats = file === undefined ? undefined : await lstat(file).catch(undefinedWhenMissing);
        return stats?.isFile() ? stored(key, stats) : undefined;
      }),

    async *list(prefix) {
      const segments = prefixSegments(prefix);
      try {
        for await (const { key, path: file } of walkFiles(root, segments)) {
          if (!key.startsWith(prefix) || unfinishedName.test(file)) continue;
          // Gone since it was seen: then it is not listed.
          const stats = await lstat(file).catch(undefinedWhenMissing);
          if (stats?.isFile()) yield stored(key, stats);
        }
      } catch (error) {
        throw explain(error);
      }
    },

    remove: (key) =>
      explained(async () => {
        const segments = keySegments(key);
        const file = await locate(segments);
        if (file === undefined) return;
        await unlink(file).catch(undefinedWhenMissing);
        // A caller who removes the manifest first relies on that order after a power cut, too.
        await syncDirectory(dirname(file));
        await removeEmptyDirectories(root, segments.slice(0, -1));
      }),

    async expire(key) {
      await repository.remove(key);
      return 'removed';
    },

    sweepUnfinished: (prefix) =>
      explained(async () => {
        const segments = prefixSegments(prefix);
        let swept = 0;
        for await (const { key, path: file } of walkFiles(root, segments)) {
          const wanted = unfinishedName.exec(file)?.groups?.name;
          const directory = key.slice(0, key.lastIndexOf('/') + 1);
          if (wanted === undefined || !`${directory}${wanted}`.startsWith(prefix)) continue;
          await unlink(file).catch(undefinedWhenMissing);
          swept += 1;
        }
        // A write that was cut off early has left its directories alone.
        const below = segments.length > 0 && (await directoryWithin(root, segments));
        if (below && (await removeEmptyBelow(below))) await removeEmptyDirectories(root, segments);
        return swept;
      }),

    freeBytes: () =>
      explained(async () => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
  };
  return repository;

  async function put(
    segments: string[],
    body: Readable | Uint8Array,
    { ifAbsent = false, ifTag, signal }: PutOptions,
  ): Promise<StoredObject> {
    const key = segments.join('/');
    const parents = segments.slice(0, -1);
    try {
      signal?.throwIfAborted();
      const unfinished = await explained(() => beginFile(root, segments));
      try {
        const stats = await writeWhole(unfinished.handle, body, signal, explain);
        // A directory cannot compare and replace in one step: this is as near as it gets.
        if (ifTag !== undefined && (await repository.stat(key))?.tag !== ifTag) throw objectChanged(key, root);
        const published = await explained(() => publish(unfinished.path, unfinished.target, { ifAbsent }));
        if (!published) throw objectExists(key, root);
        await explained(() => syncDirectory(dirname(unfinished.target))).catch(async (error) => {
          // What was there before is gone already where it was replaced: then this is all there is.
          if (ifAbsent) await unlink(unfinished.target).catch(() => undefined);
          throw error;
        });
        return stored(key, stats);
      } catch (error) {
        await unlink(unfinished.path).catch(() => undefined);
        throw error;
      }
    } catch (error) {
      if (!(body instanceof Uint8Array)) body.destroy();
      await removeEmptyDirectories(root, parents).catch(() => undefined);
      throw error;
    }
  }

  async function get(key: string, { start = 0, signal }: GetOptions): Promise<Readable> {
    signal?.throwIfAborted();
    const file = await locate(keySegments(key));
    if (file === undefined) throw objectMissing(key, root);
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch(undefinedWhenMissing);
    if (!handle) throw objectMissing(key, root);
    try {
      if (!(await handle.stat()).isFile()) throw objectMissing(key, root);
      // A stream of a signal that is over breaks before anybody could listen.
      signal?.throwIfAborted();
      return handle.createReadStream({ start, highWaterMark: 1024 * 1024, ...(signal && { signal }) });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The file of a key, or undefined when its directory is not there. */
  async function locate(segments: string[]): Promise<string | undefined> {
    const directory = await directoryWithin(root, segments.slice(0, -1));
    return directory && join(directory, segments.at(-1) ?? '');
  }

  async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explain(error);
    }
  }

  function explain(error: unknown): unknown {
    return explainRepositoryFault(error, name, root);
  }
}

function stored(key: string, stats: Stats): StoredObject {
  return { key, bytes: stats.size, modifiedAt: stats.mtime, tag: `${stats.ino}-${stats.mtimeMs}` };
}

function undefinedWhenMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
}
