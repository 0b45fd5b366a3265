import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import { formatBytes } from '../../../domain/measures.ts';
import type { ScratchRequest } from '../../../ports/scratch.ts';
import { systemProcesses } from '../../process/process-identity.ts';
import type { ScratchSettings } from './settings.ts';

/** The private directory of one scratch server. */
export interface Room {
  /** Its directory's name, and the mark on its process. */
  readonly name: string;
  readonly directory: string;
  readonly data: string;
  readonly socket: string;
  readonly log: string;
}

export const roomPrefix = 'scratch-';
/** Says who made the room, so that nobody else clears it away while that process lives. */
export const ownerFile = 'owner.json';

/** What a server takes before anything lies in it. */
const emptyBytes = 150 * 1024 * 1024;

/** Makes a directory that only this user can enter; `scratch-busy` or `scratch-full` when there is no room for another. */
export async function makeRoom(settings: ScratchSettings, request: ScratchRequest): Promise<Room> {
  await mkdir(settings.dir, { recursive: true, mode: 0o700 });
  await refuseTooBig(settings, request);
  const name = `${roomPrefix}${randomBytes(6).toString('hex')}`;
  const directory = join(settings.dir, name);
  const socket = join(directory, 's');
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new Failure('configuration', `A socket cannot lie as deep as ${socket}.`, {
      hint: `Set scratch.dir to a shorter path: at most ${longestSocketPath - name.length - 3} characters.`,
    });
  }
  // A room appears with its owner's name in it: one without would never be cleared away.
  const unfinished = join(settings.dir, `.${name}`);
  await mkdir(unfinished, { mode: 0o700 });
  await writeFile(join(unfinished, ownerFile), JSON.stringify(systemProcesses().self), { mode: 0o600 });
  await rename(unfinished, directory);
  try {
    // Counted with our own there: of two that start at once, at most both are refused.
    await refuseTooMany(settings);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return { name, directory, data: join(directory, 'data'), socket, log: join(directory, 'error.log') };
}

/** `sun_path` has 108 bytes, its end mark included. */
const longestSocketPath = 107;

async function refuseTooMany({ dir, maxServers }: ScratchSettings): Promise<void> {
  const rooms = (await readdir(dir)).filter((name) => name.startsWith(roomPrefix));
  if (rooms.length <= maxServers) return;
  throw new Failure('scratch-busy', `${rooms.length - 1} scratch servers run already, which is as many as may.`, {
    hint: 'Wait until one is through, or raise scratch.maxServers.',
  });
}

async function refuseTooBig({ dir, maxBytes }: ScratchSettings, { expectedBytes }: ScratchRequest): Promise<void> {
  const wanted = expectedBytes + emptyBytes;
  const { bavail, bsize } = await statfs(dir);
  if (wanted > maxBytes) {
    const message = `A scratch server would need about ${formatBytes(wanted)}; it may take ${formatBytes(maxBytes)}.`;
    throw new Failure('scratch-full', message, { hint: 'Raise scratch.maxBytes.' });
  }
  if (wanted > bavail * bsize) {
    const message = `A scratch server would need about ${formatBytes(wanted)}; ${dir} has ${formatBytes(bavail * bsize)} free.`;
    throw new Failure('scratch-full', message, { hint: 'Free space there, or set scratch.dir to another disk.' });
  }
}
