import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ProcessIdentity, systemProcesses } from '../../process/process-identity.ts';
import { destroyScratch } from './destroy-scratch.ts';
import { ownerFile, roomPrefix } from './make-room.ts';

const identitySchema = z.object({ pid: z.int(), host: z.string(), startMark: z.string() });

/** Destroys servers whose owner is dead, and returns their names. One of another machine or container is left alone. */
export async function sweepScratch(dir: string): Promise<string[]> {
  const swept: string[] = [];
  const { lives } = systemProcesses();
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.startsWith(roomPrefix)) continue;
    const directory = join(dir, name);
    const owner = await readOwner(directory);
    if (owner === undefined || lives(owner) !== false) continue;
    await destroyScratch({ name, directory }, 0);
    swept.push(name);
  }
  return swept;
}

async function readOwner(directory: string): Promise<ProcessIdentity | undefined> {
  try {
    return identitySchema.parse(JSON.parse(await readFile(join(directory, ownerFile), 'utf8')));
  } catch {
    return undefined;
  }
}
