import { extendHistory, hasHistory } from './history.ts';
import { type BinlogPlace, comparePlaces, parseFileName, type SegmentFacts } from './segment.ts';

/** Segments that follow each other without a gap, in order. */
export interface Stretch {
  readonly segments: readonly SegmentFacts[];
  /** Where the last whole transaction in it ends. */
  readonly end: BinlogPlace;
  /** What a server has executed that has all of it, as far as GTIDs tell. */
  readonly history: string;
  /** The latest moment, by the server's clock, whose state it can bring back. */
  readonly throughAt: Date;
}

/** Something that the server had and the repository has not: no recovery leads across it. */
export interface ChainGap {
  readonly after: BinlogPlace & { readonly at: Date };
  readonly before: BinlogPlace & { readonly at: Date };
  /** Why it is there: the server had purged it, or had lost it itself, or another history began. */
  readonly reason: 'missing' | 'incident' | NonNullable<SegmentFacts['begins']>;
}

export interface Chain {
  /** Oldest first. */
  readonly stretches: readonly Stretch[];
  /** One between each two of them. */
  readonly gaps: readonly ChainGap[];
}

/** Lays the segments of one source, as one repository has them, behind each other. Says what it finds: it assumes nothing. */
export function traceChain(segments: readonly SegmentFacts[]): Chain {
  const stretches: SegmentFacts[][] = [];
  const gaps: ChainGap[] = [];
  for (const segment of inOrder(tileSegments(segments))) {
    const stretch = stretches.at(-1);
    const last = stretch?.at(-1);
    if (stretch && last && isNext(last, segment)) {
      stretch.push(segment);
      continue;
    }
    if (last) gaps.push(gapBetween(last, segment));
    stretches.push([segment]);
  }
  return { stretches: stretches.map(describeStretch), gaps };
}

/** A full backup as the chain sees it. */
export interface Base {
  readonly backupId: string;
  readonly serverUuid: string;
  /** By the server's clock. */
  readonly snapshotAt: Date;
  readonly position: { readonly file: string; readonly offset: number; readonly gtidSet: string };
}

/** How far a backup can be rolled forward. */
export interface Reach {
  readonly backupId: string;
  readonly from: Date;
  /** The latest moment. Every one in between can be had too. */
  readonly to: Date;
  readonly end: BinlogPlace;
  /** Which stretch, and from which of its segments on: the one that begins the file of the backup's position. */
  readonly stretch: number;
  readonly segment: number;
}

/**
 * How far each backup reaches, in the order given; those that have no binlog behind them are left out.
 *
 * A position alone proves nothing: after a reset the same file name and offset lie in another history. So the file must have begun before the
 * snapshot and its successor after it, and where there are GTIDs the backup must have what was executed before the file.
 */
export function reachOf(bases: readonly Base[], chain: Chain): Reach[] {
  return bases.flatMap((base) => {
    for (const [index, stretch] of [...chain.stretches.entries()].reverse()) {
      const segment = startOf(base, stretch);
      if (segment === undefined) continue;
      const { throughAt: to, end } = stretch;
      return [{ backupId: base.backupId, from: base.snapshotAt, to, end, stretch: index, segment }];
    }
    return [];
  });
}

/** Clocks of server and bot may differ by so much before doctor calls it bad. */
const clockToleranceMilliseconds = 60_000;

function startOf(base: Base, { segments, throughAt, end }: Stretch): number | undefined {
  const index = segments.findIndex(({ file, serverUuid, start }) => {
    return file === base.position.file && serverUuid === base.serverUuid && start === 0;
  });
  const first = segments[index];
  if (!first || throughAt < base.snapshotAt) return undefined;
  const { timeline, file } = first;
  const later = segments.slice(index);
  const shipped = later.filter((each) => each.timeline === timeline && each.file === file).at(-1)?.end ?? 0;
  if (base.position.offset > shipped) return undefined;
  if (end.timeline === timeline && comparePlaces(end, { file, end: base.position.offset }) < 0) return undefined;
  const successor = later.find((each) => each.timeline === timeline && each.file !== file);
  const snapshot = base.snapshotAt.getTime();
  const begunTooLate = Date.parse(first.fileCreatedAt) > snapshot + clockToleranceMilliseconds;
  const leftTooEarly = successor && Date.parse(successor.fileCreatedAt) < snapshot - clockToleranceMilliseconds;
  if (begunTooLate || leftTooEarly) return undefined;
  const { gtidSet } = base.position;
  if (gtidSet !== '' && !hasHistory(first.flavour, gtidSet, first.before ?? '')) return undefined;
  return index;
}

/**
 * Of segments that overlap, those that lead furthest without a gap, the larger first: while a file is being compacted, and after a crash then,
 * its pieces lie beside the whole; and what nobody could read for a while may have been shipped again, cut in other places.
 */
export function tileSegments(segments: readonly SegmentFacts[]): SegmentFacts[] {
  const byFile = Map.groupBy(segments, ({ timeline, file }) => JSON.stringify([timeline, file]));
  return [...byFile.values()].flatMap(tileFile);
}

function tileFile(segments: readonly SegmentFacts[]): SegmentFacts[] {
  const byStart = Map.groupBy(segments, ({ start }) => start);
  const starts = [...byStart.keys()].sort((a, b) => a - b);
  /** Where each start leads to, and by which segment. */
  const best = new Map<number, { segment: SegmentFacts; reach: number }>();
  for (const start of [...starts].reverse()) {
    const ways = (byStart.get(start) ?? []).map((segment) => ({
      segment,
      reach: best.get(segment.end)?.reach ?? segment.end,
    }));
    const [way] = ways.sort((a, b) => b.reach - a.reach || b.segment.end - a.segment.end);
    if (way) best.set(start, way);
  }
  const tiles: SegmentFacts[] = [];
  for (let at: number | undefined = starts[0]; at !== undefined; ) {
    const segment: SegmentFacts | undefined = best.get(at)?.segment;
    if (!segment) break;
    tiles.push(segment);
    const { end } = segment;
    at = starts.find((start) => start >= end);
  }
  return tiles;
}

function inOrder(segments: readonly SegmentFacts[]): SegmentFacts[] {
  return [...segments].sort(
    (a, b) =>
      (a.timeline < b.timeline ? -1 : Number(a.timeline > b.timeline)) ||
      parseFileName(a.file).number - parseFileName(b.file).number ||
      a.start - b.start,
  );
}

function isNext(last: SegmentFacts, next: SegmentFacts): boolean {
  if (next.incidents > 0) return false;
  if (next.timeline === last.timeline && next.file === last.file) return next.start === last.end;
  const { start, follows } = next;
  return start === 0 && follows?.timeline === last.timeline && follows.file === last.file && follows.end === last.end;
}

function gapBetween(last: SegmentFacts, next: SegmentFacts): ChainGap {
  const { timeline, file, start } = next;
  return {
    after: { timeline: last.timeline, file: last.file, end: last.completeThrough, at: throughOf(last) },
    before: { timeline, file, end: start, at: new Date(next.firstAt ?? next.fileCreatedAt) },
    reason: next.incidents > 0 ? 'incident' : timeline === last.timeline ? 'missing' : (next.begins ?? 'missing'),
  };
}

function describeStretch(segments: readonly SegmentFacts[]): Stretch {
  const last = segments.at(-1);
  if (!last) throw new Error('A stretch has at least one segment.');
  // The segment in which the last whole transaction ends; later ones are all of a transaction that is still open.
  const complete = segments.findLast(({ start, file, timeline }) => {
    return timeline === last.timeline && file === last.file && start < last.completeThrough;
  });
  return {
    segments,
    end: { timeline: last.timeline, file: last.file, end: last.completeThrough },
    history: historyOf(segments),
    throughAt: throughOf(complete ?? last),
  };
}

/** The beginning of a file tells all that was executed before it. */
function historyOf(segments: readonly SegmentFacts[]): string {
  const known = segments.slice(
    Math.max(
      0,
      segments.findLastIndex(({ before }) => before !== undefined),
    ),
  );
  return known.reduce(
    (history, { flavour, history: own }) => (own === '' ? history : extendHistory(flavour, history, own)),
    known[0]?.before ?? '',
  );
}

function throughOf({ heldAllAt, lastAt, fileCreatedAt }: SegmentFacts): Date {
  return new Date(Math.max(...[heldAllAt, lastAt, fileCreatedAt].map((each) => (each ? Date.parse(each) : 0))));
}
