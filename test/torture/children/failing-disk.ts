/**
 * Preloaded into the bot (`NODE_OPTIONS=--import=…`): counts every write, sync, rename and removal below a directory, and at one of
 * them lets the disk fail, or the process die, or the power go. `TORTURE_DISK` says how, as JSON.
 */
import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, join, resolve } from 'node:path';

export interface FailingDisk {
  /** Below this directory; elsewhere nothing happens. */
  readonly under: string;
  /** The how-manieth operation, from 1; 0 only counts. */
  readonly at: number;
  /** An error's code; or `death`; or a power cut that loses what was not synced, names or contents. */
  readonly meets: 'ENOSPC' | 'EIO' | 'EROFS' | 'death' | 'names lost' | 'contents lost';
  /** Whether every later operation fails as well. */
  readonly lasting: boolean;
  /** Where the count is written when the process ends. */
  readonly countFile: string;
}

const disk = JSON.parse(process.env.TORTURE_DISK ?? '') as FailingDisk;
const under = resolve(disk.under);
const stash = `${under}.stash`;
let count = 0;

/** What a power cut would undo: directory entries since their directory was synced, newest last. */
let unsyncedNames: { directory: string; undo: () => void }[] = [];
/** Inodes of files written since they were synced. */
const unsyncedContents = new Set<number>();
const paths = new WeakMap<FileHandle, string>();

process.on('exit', () => writeFileSync(disk.countFile, String(count)));

function operation(path: string): void {
  if (!isOurs(path)) return;
  count += 1;
  const hit = disk.at > 0 && (disk.lasting ? count >= disk.at : count === disk.at);
  if (!hit) return;
  if (disk.meets === 'death' || disk.meets === 'names lost' || disk.meets === 'contents lost') die();
  throw Object.assign(new Error(`${disk.meets}: the disk of this test fails, '${path}'`), {
    code: disk.meets,
    syscall: 'write',
    path,
  });
}

function die(): never {
  writeFileSync(disk.countFile, String(count));
  if (disk.meets === 'names lost') for (const { undo } of unsyncedNames.reverse()) undo();
  if (disk.meets === 'contents lost') loseContents(under);
  process.kill(process.pid, 'SIGKILL');
  // The signal comes before anything else is done.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  throw new Error('dead');
}

function loseContents(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) loseContents(path);
    else if (unsyncedContents.has(lstatSync(path).ino)) truncateSync(path, 0);
  }
}

/** The file itself, kept aside under another name; undefined when there is none. */
function keepAside(path: string): string | undefined {
  if (disk.meets !== 'names lost') return undefined;
  try {
    mkdirSync(stash, { recursive: true });
    const aside = join(stash, String(count));
    linkSync(path, aside);
    return aside;
  } catch {
    return undefined;
  }
}

function unsynced(path: string, undo: () => void): void {
  unsyncedNames.push({
    directory: dirname(resolve(path)),
    undo() {
      try {
        undo();
      } catch {
        // An undone parent has taken it along.
      }
    },
  });
}

function isOurs(path: string): boolean {
  return `${resolve(path)}/`.startsWith(`${under}/`);
}

const real = { ...promises };
Object.assign(promises, {
  async open(path: string, flags?: string | number, mode?: number) {
    const writes = typeof flags === 'string' && /[wa+]/.test(flags);
    if (writes) operation(path);
    const handle = await real.open(path, flags, mode);
    paths.set(handle, path);
    if (writes && isOurs(path)) {
      unsynced(path, () => rmSync(path));
      unsyncedContents.add(lstatSync(path).ino);
    }
    return handle;
  },
  async rename(from: string, to: string) {
    operation(to);
    const replaced = isOurs(to) ? keepAside(to) : undefined;
    await real.rename(from, to);
    if (!isOurs(to)) return;
    unsynced(to, () => {
      renameSync(to, from);
      if (replaced) renameSync(replaced, to);
    });
  },
  async link(from: string, to: string) {
    operation(to);
    await real.link(from, to);
    if (isOurs(to)) unsynced(to, () => rmSync(to));
  },
  async unlink(path: string) {
    operation(path);
    const removed = isOurs(path) ? keepAside(path) : undefined;
    await real.unlink(path);
    if (removed) unsynced(path, () => renameSync(removed, path));
  },
  async mkdir(path: string, options?: { recursive?: boolean; mode?: number }) {
    operation(path);
    const made = await real.mkdir(path, options);
    if (isOurs(path) && !options?.recursive) unsynced(path, () => rmSync(path, { recursive: true }));
    return made;
  },
  async rmdir(path: string) {
    operation(path);
    await real.rmdir(path);
    if (isOurs(path)) unsynced(path, () => mkdirSync(path, { mode: 0o700 }));
  },
});
syncBuiltinESMExports();

const handles: FileHandle = Object.getPrototypeOf(await real.open('/dev/null').then(closed));
const { write, sync } = handles;
Object.assign(handles, {
  async write(this: FileHandle, ...args: Parameters<typeof write>) {
    operation(paths.get(this) ?? '');
    if (isOurs(paths.get(this) ?? '')) unsyncedContents.add((await this.stat()).ino);
    return write.apply(this, args);
  },
  async sync(this: FileHandle) {
    const path = paths.get(this) ?? '';
    operation(path);
    await sync.call(this);
    if (!isOurs(path)) return;
    unsyncedContents.delete((await this.stat()).ino);
    unsyncedNames = unsyncedNames.filter(({ directory }) => directory !== resolve(path));
  },
});

async function closed(handle: FileHandle): Promise<FileHandle> {
  await handle.close();
  return handle;
}
