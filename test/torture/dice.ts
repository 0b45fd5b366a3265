import { createHash } from 'node:crypto';

/** Chance that comes out the same for the same seed and case. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  chance(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(of: readonly [T, ...T[]]): T;
  /** As likely between 1 and 10 as between 1000 and 10,000: where small numbers are as interesting as big ones. */
  magnitude(most: number): number;
}

/** Every case has its own, so that it is the same alone as among all others. */
export function diceFor(seed: number, caseId: string): Dice {
  let state = createHash('sha256').update(`${seed}/${caseId}`).digest().readUInt32LE();
  // mulberry32
  const chance = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance,
    whole: (from, to) => from + Math.floor(chance() * (to - from + 1)),
    pick: (of) => of[Math.floor(chance() * of.length)] ?? of[0],
    magnitude: (most) => Math.floor(Math.exp(chance() * Math.log(most + 1))),
  };
}
