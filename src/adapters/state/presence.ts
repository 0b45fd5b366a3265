import type { Clock } from '../../ports/clock.ts';
import type { ProcessIdentity, ProcessTable } from '../process/process-identity.ts';
import type { Database } from './database.ts';

/** Who of the processes that share the database is alive. */
export interface Presence {
  /** The id of this process. */
  readonly self: string;
  /** Writes this process's row, which leases and jobs point to. */
  enter(): void;
  isAlive(process: string): boolean;
  /** Says that this process lives. Cheap; does nothing before `enter`. */
  beat(): void;
}

/** Without /proc to ask, a process that has been silent for longer is taken for dead. */
export const silenceMilliseconds = 60_000;

export function openPresence(database: Database, processes: ProcessTable, clock: Pick<Clock, 'now'>): Presence {
  const { build } = database;
  const self = idOf(processes.self);

  return {
    self,

    enter() {
      const { pid, host, startMark } = processes.self;
      const row = { id: self, pid, host, start_mark: startMark, beat_at: clock.now().getTime() };
      database.run(
        build
          .insertInto('processes')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_at: row.beat_at })),
      );
    },

    isAlive(process) {
      if (process === self) return true;
      const row = database.first(build.selectFrom('processes').selectAll().where('id', '=', process));
      if (!row) return false;
      const known = processes.lives({ pid: row.pid, host: row.host, startMark: row.start_mark });
      return known ?? clock.now().getTime() - row.beat_at < silenceMilliseconds;
    },

    beat() {
      const beat = build.updateTable('processes').set({ beat_at: clock.now().getTime() }).where('id', '=', self);
      database.lightly(() => database.run(beat));
    },
  };
}

function idOf({ host, pid, startMark }: ProcessIdentity): string {
  return `${host}/${pid}/${startMark}`;
}
