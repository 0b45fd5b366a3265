import { readdirSync, readFileSync } from 'node:fs';
import { ownerVariable } from '../../src/adapters/process/run-program.ts';

/** Command lines of every running program that Tidemark started for this run, whoever its parent is now. */
export function findPrograms(run: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => readProc(pid, 'environ').split('\0').includes(`${ownerVariable}=${run}`))
    .map((pid) => `${pid} ${readProc(pid, 'cmdline').replaceAll('\0', ' ')}`);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
