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

/** So many looks are kept while the repository lags behind; then every other one has to do. */
const mostLooks = 600;

/**
 * Turns looks at the server into moments that the repository holds all of. On an idle server that moment is now: nothing is missing,
 * however old the last transaction.
 */
export function heldMoments(): HeldMoments {
  let looks: Look[] = [];
  let held: Date | undefined;
  return {
    looked(look) {
      looks.push(look);
      if (looks.length > mostLooks) looks = looks.filter((_, index) => index % 2 === looks.length % 2);
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
