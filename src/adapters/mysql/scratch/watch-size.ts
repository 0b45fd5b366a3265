import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import { formatBytes } from '../../../domain/measures.ts';
import type { Room } from './make-room.ts';

const everyMilliseconds = 500;

/** Looks again and again how much a server takes, and says once when it is too much. Returns how to stop. */
export function watchSize(room: Room, maxBytes: number, tell: (failure: Failure) => void): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const bytes = await directoryBytes(room.directory);
    if (stopped) return;
    if (bytes <= maxBytes) {
      timer = setTimeout(look, everyMilliseconds);
      return;
    }
    const message = `The scratch server grew to ${formatBytes(bytes)}; it may take ${formatBytes(maxBytes)}.`;
    tell(new Failure('scratch-full', message, { hint: 'Raise scratch.maxBytes.' }));
  };
  timer = setTimeout(look, everyMilliseconds);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** What is on the disk, not what sparse files claim. A file that goes away meanwhile counts nothing. */
async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) return 0;
    return (await lstat(join(entry.parentPath, entry.name)).catch(() => ({ blocks: 0 }))).blocks * 512;
  });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}
