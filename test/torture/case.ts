import type { Dice } from './dice.ts';
import type { Ending } from './ending.ts';
import type { Ground } from './ground.ts';

/** Cases of one kind of damage. */
export interface TortureClass {
  readonly name: string;
  /** Its cases on one server; what they are may depend on what an undisturbed run takes, and on chance where there are too many. */
  cases(ground: Ground, seed: number): Promise<TortureCase[]>;
}

export interface TortureCase {
  /** `class/flavour/store/what`: with the seed, all that is needed to do it again. */
  readonly id: string;
  /** It starts scratch servers, which takes seconds. */
  readonly slow?: boolean;
  run(ground: Ground, dice: Dice): Promise<Verdict>;
}

export interface Verdict {
  readonly ended: Ending | 'not reached';
  /** What did not hold, one sentence each. */
  readonly wrong: readonly string[];
}
