import type { Dice } from './dice.ts';
import { wellTold } from './ending.ts';
import type { Place } from './place.ts';

/**
 * What people would do: start the bot again, or simply run it once more. Whatever `args` asks for must succeed. A verification sweeps nothing, so
 * before one the bot is always started.
 */
export async function pickUp(place: Place, dice: Dice, args: readonly string[]): Promise<{ wrong: string[] }> {
  const wrong: string[] = [];
  if (args[0] === 'verify' || dice.chance() < 0.25) {
    const bot = await place.tidemark(['start'], {
      async whileRunning({ saw, kill }) {
        await saw('Tidemark runs');
        kill('SIGTERM');
      },
    });
    wrong.push(...wellTold(bot));
    if (bot.status !== 0) wrong.push(`the bot does not start again: ${bot.stderr}`);
  }
  const next = await place.tidemark(args);
  wrong.push(...wellTold(next));
  if (next.status !== 0) wrong.push(`the next run did not succeed: ${next.stdout}${next.stderr}`);
  return { wrong };
}
