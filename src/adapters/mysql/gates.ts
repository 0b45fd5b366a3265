import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import type { RunningProgram } from '../process/run-program.ts';
import type { Session } from './connection.ts';
import { hasSnapshot, readProcesslist } from './processlist.ts';
import { watchExits } from './watch-exits.ts';

/** Brings every dump to its snapshot at one moment. `prepare` is called before the lock on writes, the other two under it. */
export interface Gates {
  prepare(signal: AbortSignal): Promise<void>;
  open(): Promise<void>;
  /** Resolves when every dump has its snapshot, or has ended well (then it had one). */
  waitForSnapshots(signal: AbortSignal): Promise<void>;
}

export interface GatesRequest {
  readonly lead: Session;
  /** Whom the dumps log in as. */
  readonly user: string;
  readonly run: string;
  readonly count: number;
  /** Starts a dump; with a statement that it runs first, where its program can. */
  readonly start: (index: number, initCommand?: string) => Promise<RunningProgram>;
}

const arrivalLimitMilliseconds = 30_000;
export const pollMilliseconds = 5;

/**
 * Gates of named locks: the lead session holds one per dump, and each dump's first statement waits for its own. So everybody is
 * connected before the lock on writes, which stays short. That statement also keeps a dump alive that nobody reads from for long.
 */
export async function lockedGates({ lead, run, count, start }: GatesRequest): Promise<Gates> {
  const prefix = `tidemark-${run.slice(-20)}`;
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const [row] = await lead.query<{ taken: string | number }>(
    `SELECT ${names.map((name) => `GET_LOCK('${name}', 0)`).join(' + ') || '0'} AS taken`,
  );
  if (Number(row?.taken) !== count) {
    throw new Failure('lock-timeout', 'The gates of this backup are held by another session.', {
      hint: 'Run the backup again.',
    });
  }
  let connections = new Set<number>();
  let exits = watchExits([]);

  return {
    async prepare(signal) {
      const dumps: RunningProgram[] = [];
      for (const [index, name] of names.entries()) {
        dumps.push(
          await start(index, `SET SESSION net_write_timeout = 86400, @tidemark_gate = GET_LOCK('${name}', 600)`),
        );
      }
      exits = watchExits(dumps);
      const deadline = Date.now() + arrivalLimitMilliseconds;
      for (;;) {
        signal.throwIfAborted();
        exits.throwIfFailed();
        const waiting = (await readProcesslist(lead)).filter(
          ({ state, statement }) => state === 'User lock' && statement.includes(`GET_LOCK('${prefix}-`),
        );
        connections = new Set(waiting.map(({ id }) => id));
        if (connections.size === count) return;
        if (exits.endedWell() > 0 || Date.now() > deadline) throw notConnected(connections.size, count);
        await pause(pollMilliseconds);
      }
    },

    async open() {
      if (count > 0) await lead.query(`SELECT ${names.map((name) => `RELEASE_LOCK('${name}')`).join(', ')}`);
    },

    async waitForSnapshots(signal) {
      while (exits.endedWell() < count) {
        await pause(pollMilliseconds);
        signal.throwIfAborted();
        exits.throwIfFailed();
        const dumps = (await readProcesslist(lead)).filter(({ id }) => connections.has(id));
        if (dumps.filter(hasSnapshot).length + exits.endedWell() >= count) return;
      }
    },
  };
}

function notConnected(arrived: number, count: number): Failure {
  return new Failure('source-unreachable', `Only ${arrived} of ${count} dumps connected and waited for the snapshot.`, {
    hint: 'Check max_connections and max_user_connections of the server, or lower backups.processes.',
  });
}
