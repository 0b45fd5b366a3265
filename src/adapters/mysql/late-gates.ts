import { setTimeout as pause } from 'node:timers/promises';
import type { RunningProgram } from '../process/run-program.ts';
import { type Gates, type GatesRequest, transactionCacheMilliseconds } from './gates.ts';
import { watchExits } from './watch-exits.ts';

/**
 * For dump programs that cannot be told to wait (mariadb-dump up to 10.11 has no `--init-command`): they are started under the lock.
 * Which sessions are theirs shows by elimination: those of this user that were not there before. One too many, and this waits
 * until the lock's limit ends the run, rather than take a stranger's transaction for a dump's.
 */
export async function lateGates({ lead, count, start }: GatesRequest): Promise<Gates> {
  let before: number[] = [];
  let exits = watchExits([]);
  const newcomers = `p.USER = SUBSTRING_INDEX(USER(), '@', 1) AND p.COMMAND <> 'Daemon'`;

  return {
    async prepare() {},

    async open() {
      const there = await lead.query<{ id: string | number }>('SELECT ID AS id FROM information_schema.PROCESSLIST');
      before = there.map((session) => Number(session.id));
      const dumps: RunningProgram[] = [];
      for (let index = 0; index < count; index += 1) dumps.push(await start(index));
      exits = watchExits(dumps);
    },

    async waitForSnapshots(signal) {
      while (exits.endedWell() < count) {
        await pause(transactionCacheMilliseconds / 2);
        signal.throwIfAborted();
        exits.throwIfFailed();
        const sessions = await lead.query<{ ready: string | number }>(
          `SELECT t.trx_id IS NOT NULL AND COALESCE(p.INFO, '') NOT LIKE 'START TRANSACTION%' AS ready
             FROM information_schema.PROCESSLIST p
             LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID
            WHERE ${newcomers} AND p.ID NOT IN (${before.join(', ')})`,
        );
        const ready = sessions.filter((session) => Number(session.ready) === 1).length;
        if (sessions.length + exits.endedWell() === count && ready === sessions.length) return;
        await pause(transactionCacheMilliseconds / 2);
      }
    },
  };
}
