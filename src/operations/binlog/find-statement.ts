import { traceChain } from '../../domain/binlog/chain.ts';
import { comparePlaces, parseFileName, type SegmentFacts } from '../../domain/binlog/segment.ts';
import { statementPattern } from '../../domain/binlog/statement-pattern.ts';
import type { FoundStatement } from '../../domain/binlog/statement-search.ts';
import { Failure } from '../../domain/failure.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Repository } from '../../ports/repository.ts';
import { record } from '../record.ts';
import { everyRepository } from '../repository-named.ts';
import { resolveSource } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { type DayKeys, dayKeys } from './day-keys.ts';
import { type ListedChain, listChain } from './list-chain.ts';
import { searchFile } from './search-file.ts';
import type { StoredSegment } from './store-segment.ts';

export interface FindStatement {
  readonly principal: Principal;
  readonly source?: string;
  /** A statement or its beginning, a table: whatever tells it. */
  readonly wanted: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Of what is found, at most so many, the newest. */
  readonly most?: number;
  readonly signal: AbortSignal;
  /** Bytes of a binlog that were searched. */
  readonly onRead?: (bytes: number) => void;
}

export interface FoundStatements {
  readonly kind: 'found-statements';
  readonly source: string;
  readonly wanted: string;
  /** Newest first. */
  readonly candidates: readonly Candidate[];
  /** There may be more before those. */
  readonly more: boolean;
  /** From when to when there was something to search; null where nothing is shipped of that time. */
  readonly searched: { readonly from: Date; readonly to: Date } | null;
  /** What of it could not be searched: gaps, segments that are damaged, transactions that are too large to look into. */
  readonly unsearched: readonly string[];
}

export interface Candidate extends FoundStatement {
  readonly timeline: string;
  readonly recoverTo: BeforeStatement;
}

/** The end of a recovery: everything before a transaction, and nothing of it. */
export interface BeforeStatement {
  readonly kind: 'before-statement';
  readonly timeline: string;
  readonly place: { readonly file: string; readonly position: number };
  readonly gtid?: string;
}

export const usualMost = 10;

/**
 * Looks for a statement in the shipped binlogs, newest file first, one segment in memory at no time: bytes pass by. The server is not
 * asked, so what it has purged is found too. Failures: the repository's, `usage` where there is nothing to look for.
 */
export async function findStatement(world: World, request: FindStatement): Promise<FoundStatements | Refusal> {
  const { principal, wanted, signal } = request;
  const resolved = resolveSource(world, {
    principal,
    action: 'find',
    ...(request.source !== undefined && { source: request.source }),
  });
  if (resolved.kind === 'refused') return resolved;
  const source = resolved.source.name;
  const pattern = statementPattern(wanted);
  if (!pattern) throw nothingToLookFor();
  record(world, principal, { action: 'binlogs.searched', source, detail: { wanted } });

  const { repository, keys, listed } = await nearestChain(world, source, signal);
  const chain = traceChain(listed.segments.map(({ facts }) => facts));
  const stored = new Map(listed.segments.map((segment) => [segment.facts, segment]));
  const inTime = chain.stretches.flatMap(({ segments }) => segmentsBetween(segments, request));
  const unsearched = [
    ...listed.unreadable.map(({ key, why }) => `${key}: ${why}`),
    ...chain.gaps
      .filter(({ after, before }) => isBetween(after.at, before.at, request))
      .map(
        ({ after, before }) => `nothing is shipped between ${after.file}:${after.end} and ${before.file}:${before.end}`,
      ),
  ];
  const most = request.most ?? usualMost;
  const candidates: Candidate[] = [];
  let more = false;
  for (const segments of filesNewestFirst(inTime)) {
    if (candidates.length >= most) {
      more = true;
      break;
    }
    const found: FoundStatement[] = [];
    const whole = segments.flatMap((facts) => stored.get(facts) ?? []);
    const left = await searchFile(repository, keys, beginningOf(whole, listed.segments), {
      pattern,
      signal,
      onFound: (one) => {
        if (!isWanted(one, request)) return;
        found.push(one);
        // The newest are at the end.
        if (found.length > most) {
          found.shift();
          more = true;
        }
      },
      ...(request.onRead && { onRead: request.onRead }),
    });
    unsearched.push(...left);
    candidates.push(...found.reverse().map((one) => asCandidate(one, segments[0]?.timeline ?? '')));
  }
  return {
    kind: 'found-statements',
    source,
    wanted,
    candidates: candidates.slice(0, most),
    more: more || candidates.length > most,
    searched: spanOf(inTime),
    unsearched,
  };
}

/** Of the first repository that can be reached, the primary before the copies. Fails as the primary does when none can. */
async function nearestChain(
  world: World,
  source: string,
  signal: AbortSignal,
): Promise<{ repository: Repository; keys: DayKeys; listed: ListedChain }> {
  let trouble: unknown;
  for (const repository of everyRepository(world)) {
    const keys = dayKeys(world, repository, source);
    try {
      return { repository, keys, listed: await listChain(world, repository, source, { keys, signal }) };
    } catch (error) {
      signal.throwIfAborted();
      trouble ??= error;
    }
  }
  throw trouble;
}

function asCandidate(found: FoundStatement, timeline: string): Candidate {
  const { file, position, gtid } = found;
  const recoverTo = { kind: 'before-statement', timeline, place: { file, position } } as const;
  return { ...found, timeline, recoverTo: { ...recoverTo, ...(gtid !== undefined && { gtid }) } };
}

/** Where a segment begins within a transaction, the one before belongs to it; and the file's first tells how its events are written. */
function beginningOf(
  wanted: readonly StoredSegment[],
  all: readonly StoredSegment[],
): { first: StoredSegment | undefined; segments: readonly StoredSegment[] } {
  const [begin] = wanted;
  const first =
    begin && begin.facts.start > 0
      ? all.find(({ facts }) => isSameFile(facts, begin.facts) && facts.start === 0)
      : undefined;
  return { first, segments: wanted };
}

function isSameFile(a: SegmentFacts, b: SegmentFacts): boolean {
  return a.timeline === b.timeline && a.file === b.file && a.fileCreatedAt === b.fileCreatedAt;
}

/** Those with something of that time, and what lies before them of a transaction that ends in them. */
function segmentsBetween(
  segments: readonly SegmentFacts[],
  span: Pick<FindStatement, 'since' | 'until'>,
): SegmentFacts[] {
  const hits = segments.map(({ firstAt, lastAt, fileCreatedAt }) =>
    isBetween(new Date(firstAt ?? fileCreatedAt), new Date(lastAt ?? fileCreatedAt), span),
  );
  return segments.filter((segment, index) => {
    if (hits[index]) return true;
    const next = segments[index + 1];
    const isOpen = segment.completeThrough < segment.end && next?.file === segment.file;
    // One transaction may go on over many segments.
    let later = index + 1;
    while (isOpen && segments[later]?.transactions === 0 && segments[later]?.file === segment.file) later += 1;
    return isOpen && hits[later] === true;
  });
}

function isBetween(from: Date, to: Date, { since, until }: Pick<FindStatement, 'since' | 'until'>): boolean {
  return (since === undefined || to >= since) && (until === undefined || from <= until);
}

function isWanted({ at }: FoundStatement, span: Pick<FindStatement, 'since' | 'until'>): boolean {
  return isBetween(at, at, span);
}

/** The segments of each file in order, the files from the newest to the oldest. */
function filesNewestFirst(segments: readonly SegmentFacts[]): SegmentFacts[][] {
  const byFile = Map.groupBy(segments, ({ timeline, file }) => JSON.stringify([timeline, file]));
  const files = [...byFile.values()].map((each) => each.sort(comparePlaces));
  const number = (file: SegmentFacts[]) => parseFileName(file[0]?.file ?? '').number;
  const timeline = (file: SegmentFacts[]) => file[0]?.timeline ?? '';
  return files.sort((a, b) => (timeline(a) < timeline(b) ? 1 : timeline(a) > timeline(b) ? -1 : number(b) - number(a)));
}

function spanOf(segments: readonly SegmentFacts[]): FoundStatements['searched'] {
  const froms = segments.map(({ firstAt, fileCreatedAt }) => Date.parse(firstAt ?? fileCreatedAt));
  const tos = segments.map(({ heldAllAt, lastAt, fileCreatedAt }) => Date.parse(heldAllAt ?? lastAt ?? fileCreatedAt));
  if (froms.length === 0) return null;
  const least = (times: readonly number[]) => times.reduce((a, b) => Math.min(a, b));
  const most = (times: readonly number[]) => times.reduce((a, b) => Math.max(a, b));
  return { from: new Date(least(froms)), to: new Date(most(tos)) };
}

function nothingToLookFor(): Failure {
  return new Failure('usage', 'There is nothing to look for.', {
    hint: 'Name a statement or its beginning: find DROP TABLE users',
  });
}
