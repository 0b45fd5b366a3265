import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** One life of one process: no other process ever has the same three. */
export interface ProcessIdentity {
  readonly pid: number;
  /** One boot of one machine, and its process namespace: pids mean something only within it. */
  readonly host: string;
  /** Start time in clock ticks since boot; empty where the system does not tell. */
  readonly startMark: string;
}

export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** True or false when that can be known; undefined when only its heartbeat can tell. */
  lives(identity: ProcessIdentity): boolean | undefined;
}

/** Reads /proc where there is one. Elsewhere a pid that exists proves nothing, for pids are used again. */
export function systemProcesses(): ProcessTable {
  const startMark = startTicks(process.pid);
  const self = {
    pid: process.pid,
    host: startMark === undefined ? hostname() : bootIdentity(),
    startMark: startMark ?? '',
  };
  return {
    self,
    lives(identity) {
      if (identity.host !== self.host) return undefined;
      if (startMark !== undefined) return startTicks(identity.pid) === identity.startMark;
      return pidExists(identity.pid) ? undefined : false;
    },
  };
}

/** Containers share the boot id but not their pids, so the namespace belongs to it. */
function bootIdentity(): string {
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
}

/** Field 22 of /proc/PID/stat, or undefined when there is no such process or it is dead and only waits to be reaped. */
function startTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the program's name in parentheses and may itself hold spaces and parentheses.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
