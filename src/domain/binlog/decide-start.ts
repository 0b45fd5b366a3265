import type { Flavour } from '../server.ts';
import type { EventMark } from './file-scan.ts';
import { hasHistory } from './history.ts';
import { type BinlogPlace, parseFileName, type SegmentFacts } from './segment.ts';

/** What the server has, asked right before reading begins. */
export interface BinlogInventory {
  readonly serverUuid: string;
  readonly flavour: Flavour;
  readonly version: string;
  /** Whether every transaction has a GTID. */
  readonly allHaveGtids: boolean;
  /** After how many seconds a closed file is purged; 0 where that never happens by itself. */
  readonly expireSeconds: number;
  /** What it has executed. */
  readonly history: string;
  /** Oldest first; the last is the one it writes to. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Where the repository ends. */
export interface ChainEnd {
  readonly last: SegmentFacts;
  /** Everything in the chain up to there. */
  readonly history: string;
}

export interface StartFacts {
  readonly end: ChainEnd | undefined;
  readonly server: BinlogInventory;
  /** The newest full backup of this very server, where the chain could begin. */
  readonly newestFull: { readonly file: string; readonly snapshotAt: Date } | undefined;
  /** What had been executed before a file of the server. */
  readonly executedBefore: (file: string) => Promise<string>;
}

/** Where to begin reading, and how that hangs together with what is there. */
export type StreamStart =
  /** Goes on in the file where the repository ends, from `offset` on; `known` is looked at again. */
  | {
      readonly kind: 'resume';
      readonly file: string;
      readonly offset: number;
      readonly known: { readonly end: number; readonly fileCreatedAt: Date; readonly lastEvent: EventMark };
    }
  /** Begins at the beginning of a file of the same timeline, for the one that was being read has been purged. Without `follows` there is a gap. */
  | { readonly kind: 'next-file'; readonly file: string; readonly follows?: SegmentFacts['follows'] }
  | {
      readonly kind: 'new-timeline';
      readonly file: string;
      readonly begins: NonNullable<SegmentFacts['begins']>;
      readonly follows?: SegmentFacts['follows'];
    };

/** Decides where reading begins. Where it cannot know that nothing is missing, it says that something is. */
export async function decideStart(facts: StartFacts): Promise<StreamStart> {
  const { end, server } = facts;
  if (!end) return newTimeline(facts, 'first');
  if (end.last.serverUuid !== server.serverUuid) return onOtherServer(facts, end);
  if (!hasHistory(server.flavour, server.history, end.history)) return newTimeline(facts, 'reset');

  const { last } = end;
  const there = server.files.find(({ name }) => name === last.file);
  if (there) return there.bytes < last.end ? newTimeline(facts, 'reset') : resume(last);

  const oldest = server.files[0]?.name ?? last.file;
  const [ours, theirs] = [parseFileName(last.file), parseFileName(oldest)];
  if (theirs.base !== ours.base || theirs.number < ours.number) return newTimeline(facts, 'reset');
  const follows = await placeBefore(facts, end, oldest);
  return { kind: 'next-file', file: oldest, ...(follows && { follows }) };
}

/** In the middle of a transaction, from its beginning: where it ends can only be known to who has seen that. */
function resume(last: SegmentFacts): StreamStart {
  const { file, end, completeThrough, lastEvent, fileCreatedAt } = last;
  const offset = completeThrough < end ? completeThrough : lastEvent.start;
  return {
    kind: 'resume',
    file,
    // Positions in the protocol have 32 bits.
    offset: offset < 2 ** 32 ? offset : 0,
    known: { end, fileCreatedAt: new Date(fileCreatedAt), lastEvent },
  };
}

/** What the repository ends with, if the server had nothing between that and this file. */
async function placeBefore(
  { server, executedBefore }: StartFacts,
  { last, history }: ChainEnd,
  file: string,
): Promise<SegmentFacts['follows']> {
  const place: BinlogPlace = { timeline: last.timeline, file: last.file, end: last.end };
  const isNext = parseFileName(file).number === parseFileName(last.file).number + 1;
  if (isNext && last.ending !== undefined && last.serverUuid === server.serverUuid) return { ...place, by: 'rotation' };
  if (!server.allHaveGtids || history === '') return undefined;
  return hasHistory(server.flavour, history, await executedBefore(file)) ? { ...place, by: 'gtids' } : undefined;
}

/** A server that has executed all that the chain holds goes on with it: a replica that took over. Its newest file that leaves no gap is where. */
async function onOtherServer(facts: StartFacts, end: ChainEnd): Promise<StreamStart> {
  const { server } = facts;
  if (end.history !== '' && hasHistory(server.flavour, server.history, end.history)) {
    for (const { name } of [...server.files].reverse()) {
      const follows = await placeBefore(facts, end, name);
      if (follows) return { kind: 'new-timeline', file: name, begins: 'other-server', follows };
    }
  }
  return newTimeline(facts, 'other-server');
}

/** Nothing before the newest full backup can be of use, and before the file that is written to now only if there is such a backup. */
export function newTimeline(
  { end, server, newestFull }: Pick<StartFacts, 'end' | 'server' | 'newestFull'>,
  begins: NonNullable<SegmentFacts['begins']>,
): StreamStart {
  const current = server.files.at(-1)?.name ?? '';
  const isOfThisHistory = newestFull && (!end || newestFull.snapshotAt > new Date(end.last.storedAt));
  const useful = isOfThisHistory && server.files.some(({ name }) => name === newestFull.file);
  return { kind: 'new-timeline', file: useful ? newestFull.file : current, begins };
}
