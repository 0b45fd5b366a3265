import { type Chain, tileSegments } from './chain.ts';
import type { SegmentFacts } from './segment.ts';

/** The pieces of each closed file that lies in several, in order: all but the file that the chain ends in. */
export function closedFiles({ stretches }: Chain): SegmentFacts[][] {
  const current = stretches.at(-1)?.segments.at(-1);
  return stretches.flatMap(({ segments }) => {
    const byFile = Map.groupBy(segments, ({ timeline, file }) => JSON.stringify([timeline, file]));
    return [...byFile.values()].filter(
      ([first, ...others]) =>
        others.length > 0 && (first?.timeline !== current?.timeline || first?.file !== current?.file),
    );
  });
}

/** What an interrupted compaction left: pieces that lie within a larger segment, which readers take. */
export function supersededPieces(segments: readonly SegmentFacts[]): SegmentFacts[] {
  const taken = tileSegments(segments);
  const isWithin = (piece: SegmentFacts, whole: SegmentFacts) =>
    piece.timeline === whole.timeline &&
    piece.file === whole.file &&
    piece.start >= whole.start &&
    piece.end <= whole.end;
  return segments.filter((piece) => !taken.includes(piece) && taken.some((whole) => isWithin(piece, whole)));
}
