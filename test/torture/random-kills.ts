import { setTimeout as pause } from 'node:timers/promises';
import type { TortureCase, TortureClass } from './case.ts';
import type { CommandName } from './commands.ts';
import { disturbedRun } from './disturbed-run.ts';
import type { StoreKind } from './stores.ts';

const how: readonly [store: StoreKind, command: CommandName, count: number][] = [
  ['local', 'backup', 12],
  ['s3', 'backup', 12],
  ['local', 'schema', 4],
  ['local', 'verify', 4],
  ['s3', 'verify', 4],
  ['local', 'deep', 4],
  ['s3', 'deep', 2],
];

/** The others, against a backup that is verified behind. */
const timesABackup: Record<CommandName, number> = { backup: 1, schema: 0.7, verify: 0.4, deep: 3 };

/** The bot is killed at some moment, or asked to end: `kill -9` most times, SIGTERM and Ctrl-C else. */
export const randomKills: TortureClass = {
  name: 'random-kills',
  cases: async ({ flavour }) =>
    how.flatMap(([store, command, count]) =>
      Array.from(
        { length: count },
        (_, index): TortureCase => ({
          id: `random-kills/${flavour}/${store}/${command}-${index + 1}`,
          slow: command === 'deep',
          async run(ground, dice) {
            const { milliseconds } = await ground.measures(store);
            const moment = dice.chance() * milliseconds * timesABackup[command];
            const signal = dice.pick<NodeJS.Signals>(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT']);
            let inTime = false;
            return disturbedRun(ground, dice, {
              store,
              command,
              meets: () => ({
                async whileRunning({ kill, over }) {
                  inTime = await Promise.race([pause(moment, true), over.then(() => false)]);
                  kill(signal);
                },
              }),
              met: () => inTime,
            });
          },
        }),
      ),
    ),
};
