import { Readable } from 'node:stream';
import { withoutPieces } from '../../domain/binlog/chain.ts';
import { mergeSegments } from '../../domain/binlog/merge-segments.ts';
import { dayPrefix, segmentNames } from '../../domain/binlog/segment.ts';
import { toFailure } from '../../domain/failure.ts';
import { readSegment } from './read-segment.ts';
import { type StoredSegment, storeSegment } from './store-segment.ts';
import type { Stream } from './stream.ts';

/** Makes one object of the pieces of every file that the server has closed, until the signal. A failure is logged, and the pieces stay: they are as good. */
export async function compactClosedFiles(stream: Stream, signal: AbortSignal): Promise<void> {
  const { world, source, tuning } = stream;
  await new Promise<void>((resolve) => {
    const stop = world.clock.every(tuning.compactEvery, async () => {
      try {
        await removePieces(stream, leftPieces(stream));
        for (const pieces of closedFilesInPieces(stream)) await compactFile(stream, pieces, signal);
      } catch (error) {
        if (signal.aborted) return;
        world.log.warn(
          { source: source.name, error: toFailure(error).message },
          'a closed binlog file stays in pieces for now',
        );
      }
    });
    signal.addEventListener(
      'abort',
      () => {
        stop();
        resolve();
      },
      { once: true },
    );
  });
}

/** The pieces of each file that has a later one in its timeline, in order, oldest first. */
function closedFilesInPieces({ chain }: Stream): StoredSegment[][] {
  const { segments: traced = [] } = chain.chain().stretches.at(-1) ?? {};
  const last = traced.at(-1);
  const stored = new Map(chain.segments().map((segment) => [segment.facts, segment]));
  const byFile = Map.groupBy(traced, ({ timeline, file }) => JSON.stringify([timeline, file]));
  return [...byFile.values()]
    .filter((pieces) => pieces.length > 1 && (pieces[0]?.timeline !== last?.timeline || pieces[0]?.file !== last?.file))
    .map((pieces) => pieces.flatMap((facts) => stored.get(facts) ?? []));
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

/** What an interrupted compaction left beside the whole. */
function leftPieces({ chain }: Stream): StoredSegment[] {
  const kept = new Set(withoutPieces(chain.segments().map(({ facts }) => facts)));
  return chain.segments().filter(({ facts }) => !kept.has(facts));
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
