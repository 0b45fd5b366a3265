import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { directoryWithin } from './local-files.ts';

export interface FoundFile {
  /** Relative to the root, with `/`. */
  readonly key: string;
  readonly path: string;
}

/** Every file below a directory, in the order of their keys, holding one directory's names per level in memory. Links are not followed. Fails when the root is missing. */
export async function* walkFiles(root: string, segments: readonly string[]): AsyncIterable<FoundFile> {
  const directory = await directoryWithin(root, segments);
  if (directory !== undefined) yield* walk(directory, segments);
}

async function* walk(directory: string, segments: readonly string[]): AsyncIterable<FoundFile> {
  for (const entry of await sortedEntries(directory)) {
    const inner = [...segments, entry.name];
    if (entry.isDirectory()) yield* walk(join(directory, entry.name), inner);
    else if (entry.isFile()) yield { key: inner.join('/'), path: join(directory, entry.name) };
  }
}

async function sortedEntries(directory: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (sortName(a) < sortName(b) ? -1 : 1));
  } catch (error) {
    // Not there, or removed while we walked.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** `a/b` sorts after `a-b` and `a.b`: in a key the `/` counts. */
function sortName(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}
