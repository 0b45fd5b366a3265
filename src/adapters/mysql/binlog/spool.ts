import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { parseFileName } from '../../../domain/binlog/segment.ts';
import type { SpooledFile } from '../../../ports/binlogs.ts';

/** Where mysqlbinlog writes what the server sends. */
export interface Spool {
  readonly directory: string;
  files(): Promise<readonly SpooledFile[]>;
  read(file: string, start: number, end: number): Readable;
  release(file: string): Promise<void>;
  remove(): Promise<void>;
}

/** Makes an empty spool of this run alone; what is left of earlier ones goes. Nobody but this user may look into it: its files are not encrypted. */
export async function openSpool(spoolDir: string): Promise<Spool> {
  await mkdir(spoolDir, { recursive: true, mode: 0o700 });
  await chmod(spoolDir, 0o700);
  for (const left of await readdir(spoolDir)) {
    if (left.startsWith(runPrefix)) await rm(join(spoolDir, left), { recursive: true, force: true });
  }
  const directory = await mkdtemp(join(spoolDir, runPrefix));
  return {
    directory,

    async files() {
      const names = await readdir(directory);
      const found = await Promise.all(
        names.map(async (name) => ({ name, bytes: (await stat(join(directory, name))).size })),
      );
      return found.sort((a, b) => parseFileName(a.name).number - parseFileName(b.name).number);
    },

    // With an end: what is appended meanwhile is for the next time.
    read: (file, start, end) =>
      createReadStream(join(directory, file), { start, end: end - 1, highWaterMark: 1024 * 1024 }),

    release: (file) => rm(join(directory, file), { force: true }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

const runPrefix = 'run-';
