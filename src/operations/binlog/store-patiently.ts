import { setTimeout as pause } from 'node:timers/promises';
import { toFailure } from '../../domain/failure.ts';
import type { BinlogFeed } from '../../ports/binlogs.ts';
import { type SegmentOutline, type StoredSegment, storeSegment } from './store-segment.ts';
import type { Stream } from './stream.ts';

export interface SpooledSegment {
  readonly outline: SegmentOutline;
  /** Where its bytes lie in what the feed has of its file: [start, end). */
  readonly start: number;
  readonly end: number;
}

/**
 * Stores a segment from the spool, and tries until that is done, more and more slowly; what is in the way shows in the standing. Fails where trying
 * again cannot help, and when so much waits in the spool that the server had better keep the rest.
 */
export async function storePatiently(
  { world, keys, standing, tuning, signal }: Stream,
  feed: BinlogFeed,
  { outline, start, end }: SpooledSegment,
): Promise<StoredSegment> {
  for (let wait = 500; ; wait = Math.min(30_000, wait * 2)) {
    try {
      const place = {
        repository: world.repositories.primary,
        day: await keys.today(),
        now: () => world.clock.now(),
        crashPoint: world.crashPoint,
        signal,
      };
      return await storeSegment(place, outline, feed.read(outline.file, start, end));
    } catch (error) {
      signal.throwIfAborted();
      const failure = toFailure(error);
      if (['object-exists', 'integrity'].includes(failure.code)) throw failure;
      standing.trouble(failure);
      if ((await waitingBytes(feed, start)) > tuning.spoolBytes) throw failure;
      await pause(wait, undefined, { signal });
    }
  }
}

/** Files that were shipped whole are not in the spool any more. */
async function waitingBytes(feed: BinlogFeed, shipped: number): Promise<number> {
  return (await feed.files()).reduce((sum, { bytes }) => sum + bytes, 0) - shipped;
}
