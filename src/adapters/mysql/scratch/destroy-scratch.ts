import { lstat, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../../domain/failure.ts';
import type { ScratchDestroyed } from '../../../ports/scratch.ts';
import { endOrphans } from '../../process/end-orphans.ts';
import type { Room } from './make-room.ts';

const patienceMilliseconds = 30_000;

/** Ends whatever carries the room's mark, removes the room, and looks whether both are gone. */
export async function destroyScratch(room: Pick<Room, 'name' | 'directory'>, pid: number): Promise<ScratchDestroyed> {
  await endMarked(room.name);
  await rm(room.directory, { recursive: true, force: true, maxRetries: 5 });
  const left = await lstat(room.directory).catch(() => undefined);
  if (left) throw remains(room.directory);
  return { name: room.name, pid, directory: room.directory, processGone: true, directoryGone: true };
}

/** Resolves when no process with this mark is left. A killed one that nobody has waited for has no mark any more. */
async function endMarked(name: string): Promise<void> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  while ((await endOrphans((owner) => owner === name)) > 0) {
    if (performance.now() > giveUpAt) throw remains(`a process with the mark ${name}`);
    await pause(50);
  }
}

function remains(what: string): Failure {
  return new Failure('internal', `A scratch server was to be destroyed, but ${what} is still there.`, {
    hint: `End it by hand: what it holds is a copy of the source's data.`,
  });
}
