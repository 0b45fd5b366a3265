import { comparePlaces, parseFileName } from './segment.ts';

/** A look at the server: where it wrote at a moment. */
export interface Look {
  readonly at: Date;
  readonly file: string;
  readonly offset: number;
}

export interface HeldMoments {
  looked(look: Look): void;
  /** The newest moment at which the server had executed nothing beyond this place; undefined while that is not known of any. */
  heldAt(place: { file: string; end: number } | undefined): Date | undefined;
}

/** So many looks are kept while the repository lags behind; then every second, fourth, eighth has to do. */
const mostLooks = 600;

/**
 * Turns looks at the server into moments that the repository holds all of. On an idle server that moment is now: nothing is missing,
 * however old the last transaction.
 */
export function heldMoments(): HeldMoments {
  let looks: Look[] = [];
  let held: Date | undefined;
  let [keptEvery, seen] = [1, 0];
  return {
    looked(look) {
      if (looks.length === 0) [keptEvery, seen] = [1, 0];
      seen += 1;
      if (seen % keptEvery !== 0) return;
      looks.push(look);
      if (looks.length <= mostLooks) return;
      looks = looks.filter((_, index) => index % 2 === 1);
      keptEvery *= 2;
    },
    heldAt(place) {
      if (!place) return held;
      const isReached = (look: Look) =>
        parseFileName(look.file).base === parseFileName(place.file).base &&
        comparePlaces({ file: look.file, end: look.offset }, place) <= 0;
      held = looks.findLast(isReached)?.at ?? held;
      looks = looks.filter((look) => !isReached(look));
      return held;
    },
  };
}
