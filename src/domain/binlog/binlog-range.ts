import { z } from 'zod';
import type { Flavour } from '../server.ts';
import { type Base, type Chain, type Reach, reachOf } from './chain.ts';
import { type BinlogPlace, comparePlaces, type SegmentFacts } from './segment.ts';

/** What is replayed onto a backup: whole files of the server's, in order, the first from a position on, the last cut behind a whole transaction. */
export const binlogRangeSchema = z.object({
  flavour: z.enum(['mysql', 'mariadb']),
  /** The offset in the first file of the first event that is not in the backup. */
  from: z.int().nonnegative(),
  /** Of each file the bytes [0, end). */
  files: z.array(z.object({ timeline: z.string(), file: z.string(), end: z.int().positive() })).min(1),
});
export type BinlogRange = z.infer<typeof binlogRangeSchema>;
export type RangeFile = BinlogRange['files'][number];

export interface BaseRange {
  readonly range: BinlogRange;
  readonly reach: Reach;
  /** The segments of each of its files, in order; the last file's may lead beyond the range. */
  readonly segments: readonly (readonly SegmentFacts[])[];
}

/** Everything that leads on from a backup; undefined where nothing does, or where the way to it is broken. */
export function rangeFrom(base: Base, chain: Chain): BaseRange | undefined {
  const [reach] = reachOf([base], chain);
  const stretch = reach && chain.stretches[reach.stretch];
  if (!reach || !stretch) return undefined;
  const own = stretch.segments.slice(reach.segment);
  const byFile = [...Map.groupBy(own, ({ timeline, file }) => JSON.stringify([timeline, file])).values()];
  const files = byFile.flatMap((segments): RangeFile[] => {
    const [first, last] = [segments[0], segments.at(-1)];
    if (!first || !last) return [];
    const { timeline, file } = first;
    const isLast = timeline === stretch.end.timeline && file === stretch.end.file;
    const end = isLast ? stretch.end.end : last.end;
    return end > 0 ? [{ timeline, file, end }] : [];
  });
  const flavour: Flavour = own[0]?.flavour ?? 'mysql';
  if (files.length === 0) return undefined;
  return { range: { flavour, from: base.position.offset, files }, reach, segments: byFile.slice(0, files.length) };
}

/** The same up to a place in it, which lies behind a whole transaction; undefined when it is not in the range, or nothing is left of it. */
export function cutRange(range: BinlogRange, place: BinlogPlace): BinlogRange | undefined {
  const index = range.files.findIndex(({ timeline, file }) => timeline === place.timeline && file === place.file);
  const file = range.files[index];
  if (!file || place.end > file.end || (index === 0 && place.end <= range.from)) return undefined;
  return { ...range, files: [...range.files.slice(0, index), { ...file, end: place.end }] };
}

/** Whether nothing at all is replayed. */
export function isEmptyRange({ from, files }: BinlogRange): boolean {
  const [only, ...others] = files;
  return others.length === 0 && (only?.end ?? 0) <= from;
}

/** How many bytes are laid out for it. */
export function rangeBytes({ files }: BinlogRange): number {
  return files.reduce((sum, { end }) => sum + end, 0);
}

/** Where it ends. */
export function rangeEnd({ files }: BinlogRange): BinlogPlace {
  const last = files.at(-1);
  if (!last) throw new Error('A range has at least one file.');
  return last;
}

/** The segments that lie in a file's bytes [0, end), without a gap between; undefined when some are missing. */
export function segmentsOf<Segment extends { readonly facts: SegmentFacts }>(
  file: RangeFile,
  segments: readonly Segment[],
): Segment[] | undefined {
  const own = segments
    .filter(({ facts }) => facts.timeline === file.timeline && facts.file === file.file && facts.start < file.end)
    .sort((a, b) => comparePlaces({ ...a.facts, end: a.facts.start }, { ...b.facts, end: b.facts.start }));
  let at = 0;
  for (const { facts } of own) {
    if (facts.start !== at) return undefined;
    at = facts.end;
  }
  return at >= file.end ? own : undefined;
}
