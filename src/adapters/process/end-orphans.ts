import { readdir, readFile } from 'node:fs/promises';
import { ownerVariable } from './run-program.ts';

/**
 * Ends programs that a killed run left behind: processes that carry one of these owners' marks.
 * Needs `/proc`; elsewhere it finds none, and such programs end by themselves when their pipe breaks.
 */
export async function endOrphans(isOrphanOf: (owner: string) => boolean): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  let ended = 0;
  for (const pid of pids) {
    const owner = await ownerOf(pid);
    if (owner === undefined || !isOrphanOf(owner)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
      ended += 1;
    } catch {
      // It ended meanwhile.
    }
  }
  return ended;
}

async function ownerOf(pid: string): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const prefix = `${ownerVariable}=`;
  return environment
    .split('\0')
    .find((entry) => entry.startsWith(prefix))
    ?.slice(prefix.length);
}
