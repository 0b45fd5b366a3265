import { setTimeout as pause } from 'node:timers/promises';
import type { TortureCase, TortureClass } from './case.ts';
import { disturbedRun } from './disturbed-run.ts';
import { programsIn } from './programs-in.ts';

const counts = { backup: 8, deep: 3 } as const;

/** One of the programs that the bot has started is killed: a mysqldump, a compressor, a client, a scratch server. */
export const dyingPrograms: TortureClass = {
  name: 'dying-programs',
  cases: async ({ flavour }) =>
    (['backup', 'deep'] as const).flatMap((command) =>
      Array.from({ length: counts[command] }, (_, index): TortureCase => {
        let killed = false;
        return {
          id: `dying-programs/${flavour}/local/${command}-${index + 1}`,
          slow: command === 'deep',
          async run(ground, dice) {
            const { milliseconds } = await ground.measures('local');
            const wait = dice.chance() * milliseconds * (command === 'deep' ? 3 : 0.5);
            return disturbedRun(ground, dice, {
              store: 'local',
              command,
              meets: ({ folder }) => ({
                async whileRunning({ over }) {
                  await Promise.race([pause(wait), over]);
                  killed = await killOne(folder, dice.chance(), over);
                },
              }),
              met: () => killed,
            });
          },
        };
      }),
    ),
};

/** As soon as there is one; false when the run is over before. */
async function killOne(folder: string, chance: number, over: Promise<unknown>): Promise<boolean> {
  let ended = false;
  void over.then(() => {
    ended = true;
  });
  while (!ended) {
    const programs = programsIn(folder).filter(({ command }) => !command.includes('src/main.ts'));
    const program = programs[Math.floor(chance * programs.length)];
    if (program) {
      try {
        process.kill(program.pid, 'SIGKILL');
        return true;
      } catch {
        // It ended meanwhile; another will come.
      }
    }
    await pause(2);
  }
  return false;
}
