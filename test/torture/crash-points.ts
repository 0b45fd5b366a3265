import { type CrashPointName, crashPointNames } from '../../src/ports/crash-point.ts';
import type { TortureCase, TortureClass } from './case.ts';
import type { CommandName } from './commands.ts';
import { disturbedRun } from './disturbed-run.ts';
import { storeKinds } from './stores.ts';

/** A deep verification of this little data defers no keys; a restore into a server does: `restores.ts`. */
const reachedBy: Record<CommandName, (point: CrashPointName) => boolean> = {
  backup: (point) => point.startsWith('backup-') || point.startsWith('verification-'),
  schema: (point) => point !== 'backup-lock-held' && reachedBy.backup(point),
  verify: (point) => point.startsWith('verification-'),
  deep: (point) => /^(scratch-|restore-|verification-fact)/.test(point) && point !== 'restore-keys-built',
};

/** The process dies at every named point, of every command that comes past it. */
export const crashPoints: TortureClass = {
  name: 'crash-points',
  async cases({ flavour }) {
    const cases: TortureCase[] = [];
    for (const store of storeKinds) {
      for (const command of ['backup', 'schema', 'verify', 'deep'] as const) {
        // A scratch server takes seconds, and nothing of it depends on where the backup lies.
        if (command === 'deep' && store === 's3') continue;
        for (const point of crashPointNames.filter(reachedBy[command])) {
          cases.push({
            id: `crash-points/${flavour}/${store}/${command}-at-${point}`,
            slow: command === 'deep',
            run: async (ground, dice) => {
              const verdict = await disturbedRun(ground, dice, {
                store,
                command,
                meets: () => ({ env: { TIDEMARK_CRASH_AT: point } }),
                met: () => true,
              });
              if (verdict.ended === 'killed') return verdict;
              return { ...verdict, wrong: [...verdict.wrong, `it came past ${point} without dying`] };
            },
          });
        }
      }
    }
    return cases;
  },
};
