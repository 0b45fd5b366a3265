import { extendHistory } from './history.ts';
import type { SegmentFacts } from './segment.ts';

type Outline = Omit<SegmentFacts, 'storedAt' | 'storedBytes' | 'sha256' | 'rawSha256'>;

/** What is known of one segment that has the bytes of several, which follow each other within one file. */
export function mergeSegments(pieces: readonly SegmentFacts[]): Outline {
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (!first || !last) throw new Error('There is nothing to merge.');
  const { storedAt: _, storedBytes: __, sha256: ___, rawSha256: ____, ...outline } = first;
  const newest = (times: readonly (string | undefined)[]) => times.filter((at) => at !== undefined).sort();
  const [firstAt, lastAt] = [
    newest(pieces.map((piece) => piece.firstAt))[0],
    newest(pieces.map((piece) => piece.lastAt)).at(-1),
  ];
  const heldAllAt = newest(pieces.map((piece) => piece.heldAllAt)).at(-1);
  return {
    ...outline,
    end: last.end,
    completeThrough: last.completeThrough,
    lastEvent: last.lastEvent,
    history: pieces.reduce((history, piece) => extendHistory(first.flavour, history, piece.history), ''),
    transactions: pieces.reduce((sum, piece) => sum + piece.transactions, 0),
    incidents: pieces.reduce((sum, piece) => sum + piece.incidents, 0),
    ...(firstAt !== undefined && { firstAt }),
    ...(lastAt !== undefined && { lastAt }),
    ...(heldAllAt !== undefined && { heldAllAt }),
    ...(last.ending && { ending: last.ending }),
  };
}
