import { readdirSync, readFileSync } from 'node:fs';
import { ownerVariable } from '../../src/adapters/process/run-program.ts';

/** Process ids of the programs that were started for one of these backups and still live. */
export function ownedPrograms(backupIds: readonly string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => backupIds.some((id) => environmentOf(pid).includes(`${ownerVariable}=${id}`)))
    .map(Number);
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile.
    return [];
  }
}
