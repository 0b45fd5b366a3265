import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { closedFiles, supersededPieces } from '../../domain/binlog/compaction.ts';
import { mergeSegments } from '../../domain/binlog/merge-segments.ts';
import { dayPrefix, type SegmentFacts, segmentNames } from '../../domain/binlog/segment.ts';
import { toFailure } from '../../domain/failure.ts';
import { readSegment } from './read-segment.ts';
import { type StoredSegment, storeSegment } from './store-segment.ts';
import type { Stream } from './stream.ts';

/** One that failed would fail again soon, and reads a whole file for that. */
const afterFailureMilliseconds = 10 * 60_000;

/** Makes one object of the pieces of every file that the server has closed, until the signal. After a failure the pieces stay: they are as good. */
export async function compactClosedFiles(stream: Stream, signal: AbortSignal): Promise<void> {
  const { world, source, tuning } = stream;
  let wait = tuning.compactEvery;
  while (!signal.aborted) {
    await pause(wait, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    wait = tuning.compactEvery;
    try {
      await compactOnce(stream, signal);
    } catch (error) {
      if (signal.aborted) return;
      wait = afterFailureMilliseconds;
      const { message } = toFailure(error);
      world.log.warn({ source: source.name, error: message }, 'a closed binlog file stays in pieces for now');
    }
  }
}

async function compactOnce(stream: Stream, signal: AbortSignal): Promise<void> {
  const { chain } = stream;
  const stored = new Map(chain.segments().map((segment) => [segment.facts, segment]));
  const segmentsOf = (facts: readonly SegmentFacts[]) => facts.flatMap((each) => stored.get(each) ?? []);
  await removePieces(stream, segmentsOf(supersededPieces([...stored.keys()])));
  for (const pieces of closedFiles(chain.chain())) await compactFile(stream, segmentsOf(pieces), signal);
}

/**
 * Reads every piece again, and stores one object with all of their bytes; then removes the pieces, facts before bytes.
 * A crash in between leaves both: readers take the whole, and the next time the pieces go.
 */
async function compactFile(stream: Stream, pieces: readonly StoredSegment[], signal: AbortSignal): Promise<void> {
  const { world, keys, chain } = stream;
  const { primary } = world.repositories;
  async function* bytes() {
    for (const piece of pieces) yield* await readSegment(primary, keys, piece, signal);
  }
  const day = await keys.today();
  const place = { repository: primary, day, now: () => world.clock.now(), crashPoint: world.crashPoint, signal };
  const whole = await storeSegment(place, mergeSegments(pieces.map(({ facts }) => facts)), Readable.from(bytes()));
  world.crashPoint('binlog-compacted');
  chain.add(whole);
  await removePieces(stream, pieces);
}

async function removePieces({ world, chain }: Stream, pieces: readonly StoredSegment[]): Promise<void> {
  const { primary } = world.repositories;
  for (const { facts, dayId } of pieces) {
    const names = segmentNames(facts);
    await primary.remove(`${dayPrefix(facts.source, dayId)}${names.facts}`);
    await primary.remove(`${dayPrefix(facts.source, dayId)}${names.bytes}`);
  }
  chain.drop(pieces);
}
