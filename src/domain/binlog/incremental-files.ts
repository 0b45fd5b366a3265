import type { Manifest } from '../manifest.ts';
import { type Base, type Chain, reachOf, type Stretch } from './chain.ts';
import type { SegmentFacts } from './segment.ts';

type Binlogs = NonNullable<Manifest['binlogs']>;

export interface IncrementalFacts {
  readonly chain: Chain;
  /** Full backups that could be rolled forward, the newest first. */
  readonly bases: readonly Base[];
  /** Earlier incremental ones, the newest first. */
  readonly earlier: readonly { readonly id: string; readonly binlogs?: Manifest['binlogs'] }[];
  /** Whether the server has closed its file for this backup, and writes to another one now. */
  readonly closed: boolean;
}

export type IncrementalFiles =
  | {
      readonly kind: 'files';
      readonly binlogs: Binlogs;
      readonly position: Manifest['position'];
      /** Everything that was committed before this moment is in. */
      readonly throughAt: Date;
    }
  /** No full backup leads into the newest stretch. */
  | { readonly kind: 'no-base' }
  | { readonly kind: 'nothing-new' };

/** What an incremental backup stands for: the files of the newest stretch behind the last one, or behind its base; of the one that is written now only what could not be closed. */
export function incrementalFiles({ chain, bases, earlier, closed }: IncrementalFacts): IncrementalFiles {
  const stretch = chain.stretches.at(-1);
  const reaches = reachOf(bases, chain).filter((reach) => reach.stretch === chain.stretches.length - 1);
  if (!stretch || reaches.length === 0) return { kind: 'no-base' };
  const openFrom = stretch.segments.findIndex((facts) => isSameFile(facts, stretch.segments.at(-1)));
  const open = stretch.segments[openFrom];
  // A full one that was taken meanwhile may begin behind all that is closed.
  const base = reaches.find(({ segment }) => !closed || segment < openFrom);

  const last = earlier.find(({ binlogs }) => behind(binlogs, stretch) > 0);
  const from = last ? behind(last.binlogs, stretch) : base?.segment;
  const segments = stretch.segments.slice(from, closed ? openFrom : undefined);
  const end = segments.at(-1);
  if (!base || !open || !end) return { kind: 'nothing-new' };
  return {
    kind: 'files',
    binlogs: { base: base.backupId, since: last?.id ?? base.backupId, ...describeFiles(segments) },
    position: { file: end.file, offset: end.completeThrough, gtidSet: closed ? (open.before ?? '') : stretch.history },
    throughAt: closed ? new Date(open.fileCreatedAt) : stretch.throughAt,
  };
}

/** The segment behind the last file of an incremental backup; 0 when that is not in the stretch. */
function behind(binlogs: Binlogs | undefined, { segments }: Stretch): number {
  return segments.findLastIndex((facts) => isSameFile(facts, binlogs?.files.at(-1))) + 1;
}

type FileName = Pick<SegmentFacts, 'timeline' | 'file'>;

function isSameFile(a: FileName, b: FileName | undefined): boolean {
  return a.timeline === b?.timeline && a.file === b.file;
}

function describeFiles(segments: readonly SegmentFacts[]): Omit<Binlogs, 'base' | 'since'> {
  const sum = (of: (facts: SegmentFacts) => number) => segments.reduce((total, facts) => total + of(facts), 0);
  const ends = segments.filter((facts, index) => !isSameFile(facts, segments[index + 1]));
  return {
    files: ends.map(({ timeline, file, end }) => ({ timeline, file, bytes: end })),
    transactions: sum(({ transactions }) => transactions),
    rawBytes: sum(({ start, end }) => end - start),
    storedBytes: sum(({ storedBytes }) => storedBytes),
  };
}
