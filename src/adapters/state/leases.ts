import type { Clock } from '../../ports/clock.ts';
import type { Leases } from '../../ports/state.ts';
import type { Database } from './database.ts';
import type { Presence } from './presence.ts';

export function openLeases(database: Database, presence: Presence, clock: Pick<Clock, 'now'>): Leases {
  const { build } = database;

  /** Whoever has the lease and is alive. */
  function livingHolder(name: string): { process: string; pid: number; since: Date } | undefined {
    const row = database.first(
      build
        .selectFrom('leases')
        .innerJoin('processes', 'processes.id', 'leases.process')
        .select(['leases.process', 'leases.since', 'processes.pid'])
        .where('leases.name', '=', name),
    );
    if (!row || !presence.isAlive(row.process)) return undefined;
    return { process: row.process, pid: row.pid, since: new Date(row.since) };
  }

  return {
    take(name) {
      return database.exclusively(() => {
        const holder = livingHolder(name);
        if (holder?.process === presence.self) return { kind: 'taken' };
        if (holder) return { kind: 'held', pid: holder.pid, since: holder.since };
        presence.enter();
        const row = { name, process: presence.self, since: clock.now().getTime() };
        database.run(build.replaceInto('leases').values(row));
        return { kind: 'taken' };
      });
    },

    holder(name) {
      const holder = livingHolder(name);
      return holder && { pid: holder.pid, since: holder.since };
    },

    release(name) {
      database.run(build.deleteFrom('leases').where('name', '=', name).where('process', '=', presence.self));
    },

    beat() {
      presence.beat();
    },
  };
}
