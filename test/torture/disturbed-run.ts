import type { Verdict } from './case.ts';
import { type CommandName, commands } from './commands.ts';
import type { Dice } from './dice.ts';
import { howItEnded } from './ending.ts';
import type { Ground } from './ground.ts';
import { judge, lookBefore } from './oracle.ts';
import type { Place, PlaceOptions, PlaceRequest } from './place.ts';
import type { StoreKind } from './stores.ts';

/** One run of the bot, and what happens to it meanwhile. */
export interface Disturbance extends Pick<PlaceRequest, 'through' | 'settings' | 'env'> {
  readonly store: StoreKind;
  readonly command: CommandName;
  /** How the run meets its trouble. */
  readonly meets: (place: Place) => PlaceOptions;
  /** Whether it did, asked when the run is over. */
  readonly met: (place: Place) => boolean;
  /** Ends the trouble, before the next run. */
  readonly mend?: () => void;
  /** Whether the store takes no requests until it is mended. */
  readonly storeIsGone?: boolean;
  readonly stateIsGone?: boolean;
}

/** Disturbs one run in a place of its own, and has the oracle look at what came of it. */
export async function disturbedRun(ground: Ground, dice: Dice, disturbance: Disturbance): Promise<Verdict> {
  const { store, command, meets, met, mend, storeIsGone = false, stateIsGone = false, ...request } = disturbance;
  const place = await ground.place(store, request);
  try {
    const before = await lookBefore(ground, place);
    const run = await place.tidemark(commands[command], meets(place));
    const reached = met(place);
    mend?.();
    const gone = { storeWasGone: reached && storeIsGone, stateWasGone: reached && stateIsGone };
    const wrong = await judge({ ground, place, run, before, dice, ...gone, next: commands[command] });
    return {
      ended: reached ? howItEnded(run) : 'not reached',
      wrong: wrong.length === 0 ? [] : [...wrong, `it had said: ${run.stdout}${run.stderr}`],
    };
  } finally {
    await place.close();
  }
}
