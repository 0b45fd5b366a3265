import { setTimeout as pause } from 'node:timers/promises';
import { type Gates, type GatesRequest, pollMilliseconds } from './gates.ts';
import { hasSnapshot, readProcesslist } from './processlist.ts';
import { watchExits } from './watch-exits.ts';

/**
 * For dump programs that cannot be told to wait (mariadb-dump up to 10.11 has no `--init-command`): they are started under the lock.
 * Which sessions are theirs shows by elimination: those of this user that were not there before. One too many, and this waits
 * until the lock's limit ends the run, rather than take a stranger's transaction for a dump's.
 */
export async function lateGates({ lead, user, count, start }: GatesRequest): Promise<Gates> {
  let before = new Set<number>();
  let exits = watchExits([]);

  return {
    async prepare() {},

    async open() {
      before = new Set((await readProcesslist(lead)).map(({ id }) => id));
      // All at once: the lock waits for the last of them. And all to their end: whoever fails must know which there are.
      const started = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index)));
      const dumps = started.map((one) => {
        if (one.status === 'rejected') throw one.reason;
        return one.value;
      });
      exits = watchExits(dumps);
    },

    async waitForSnapshots(signal) {
      while (exits.endedWell() < count) {
        await pause(pollMilliseconds);
        signal.throwIfAborted();
        exits.throwIfFailed();
        const newcomers = (await readProcesslist(lead)).filter(
          (session) => session.user === user && !before.has(session.id),
        );
        if (newcomers.length + exits.endedWell() === count && newcomers.every(hasSnapshot)) return;
      }
    },
  };
}
