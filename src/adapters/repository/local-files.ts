import { randomBytes } from 'node:crypto';
import { chmod, type FileHandle, link, mkdir, open, readdir, realpath, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../domain/failure.ts';

/** `.<name>.partial-<random>`: not an object key, for those never begin with a dot. */
export const unfinishedName = /\/\.(?<name>[^/]+)\.partial-[0-9a-f]{12}$/;

export interface UnfinishedFile {
  readonly path: string;
  /** Where it will lie once it is whole. */
  readonly target: string;
  readonly handle: FileHandle;
}

/** Opens a file beside the place of a key, making the directories on the way. The root itself is never made here: when its disk is not mounted, that must fail. */
export async function beginFile(root: string, segments: readonly string[]): Promise<UnfinishedFile> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const directory = await makeDirectories(root, segments.slice(0, -1));
      const target = join(directory, segments.at(-1) ?? '');
      return { target, ...(await openUnfinished(target)) };
    } catch (error) {
      // Somebody who removed another object took the directory, empty still, away under our hands.
      if (!isCode(error, 'ENOENT') || attempt === 5) throw error;
    }
  }
}

async function makeDirectories(root: string, segments: readonly string[]): Promise<string> {
  let directory = root;
  for (const segment of segments) {
    const parent = directory;
    directory = join(parent, segment);
    if (await makeDirectory(directory)) await syncDirectory(parent);
  }
  // Asked again with links resolved: nobody may lead a write out of the repository.
  return (await directoryWithin(root, segments)) ?? directory;
}

async function openUnfinished(target: string): Promise<{ path: string; handle: FileHandle }> {
  const path = join(dirname(target), `.${basename(target)}.partial-${randomBytes(6).toString('hex')}`);
  const handle = await open(path, 'wx', 0o600);
  await handle.chmod(0o600);
  return { path, handle };
}

/** The directory of a key, or undefined when there is none. Failure `repository-unavailable` when a symbolic link leads elsewhere. */
export async function directoryWithin(root: string, segments: readonly string[]): Promise<string | undefined> {
  const wanted = join(await realpath(root), ...segments);
  const found = await realpath(wanted).catch((error) => {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
  if (found === undefined || found === wanted) return found;
  throw new Failure('repository-unavailable', `${wanted} is a symbolic link to ${found}.`, {
    hint: 'A repository holds no links, so that nothing is written or read outside of it. Remove the link.',
    retryable: false,
  });
}

/** Gives a finished file its name in one step. With `ifAbsent` it answers false when the name is taken. */
export async function publish(
  unfinished: string,
  target: string,
  { ifAbsent }: { ifAbsent: boolean },
): Promise<boolean> {
  if (!ifAbsent) {
    await rename(unfinished, target);
    return true;
  }
  try {
    // Unlike a rename, a link never replaces what is there.
    await link(unfinished, target);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
  await unlink(unfinished).catch(async (error) => {
    // A write that fails leaves no object, and this one is told to have failed.
    await unlink(target).catch(() => undefined);
    throw error;
  });
  return true;
}

/** Makes names survive a power cut; a file's own sync does not. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch((error) => {
    // Somebody removed the emptied directory meanwhile.
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

/** Removes the deepest directory and then its parents for as long as they are empty; never the root. */
export async function removeEmptyDirectories(root: string, segments: readonly string[]): Promise<void> {
  for (let depth = segments.length; depth > 0; depth -= 1) {
    try {
      await rmdir(join(root, ...segments.slice(0, depth)));
    } catch (error) {
      if (isCode(error, 'ENOTEMPTY', 'EEXIST')) return;
      if (!isCode(error, 'ENOENT')) throw error;
    }
  }
}

/** Removes what holds nothing below a directory, and answers whether nothing is left in it. */
export async function removeEmptyBelow(directory: string): Promise<boolean> {
  let empty = true;
  for (const entry of (await readdir(directory, { withFileTypes: true }).catch(passOver('ENOENT'))) ?? []) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory() || !(await removeEmptyBelow(path))) empty = false;
    else await rmdir(path).catch(passOver('ENOENT', 'ENOTEMPTY', 'EEXIST'));
  }
  return empty;
}

/** Answers whether it was made now. */
async function makeDirectory(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
  await chmod(directory, 0o700);
  return true;
}

function passOver(...codes: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!isCode(error, ...codes)) throw error;
  };
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
