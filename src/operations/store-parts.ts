import { Failure } from '../domain/failure.ts';
import type { StoredPart } from '../domain/manifest-parts.ts';
import type { Clock } from '../ports/clock.ts';
import type { CrashPoint } from '../ports/crash-point.ts';
import type { Dump } from '../ports/source.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { type SetWriter, storePart } from './store-part.ts';

/** A dump that gives no byte for so long is taken for dead: left alone it would block every backup after it. */
const standstillMilliseconds = 15 * 60_000;

/**
 * Stores every part of a dump, `readers` of them at a time; the programs of the others stand still. The first failure ends all,
 * and so does a standstill.
 */
export async function storeParts(
  writer: SetWriter,
  dump: Dump,
  {
    readers,
    meter,
    crashPoint,
    clock,
  }: { readers: number; meter: ProgressMeter; crashPoint: CrashPoint; clock: Clock },
): Promise<StoredPart[]> {
  meter.start(dump.layout);
  const failed = new AbortController();
  const together: SetWriter = { ...writer, signal: AbortSignal.any([writer.signal, failed.signal]) };
  const queue = [...dump.layout.parts];
  const stored: StoredPart[] = [];
  let movedAt = clock.now().getTime();
  const moved = (part: string, bytes: number) => {
    movedAt = clock.now().getTime();
    meter.stored(part, bytes);
  };
  const stopWatching = clock.every(30_000, async () => {
    if (clock.now().getTime() - movedAt >= standstillMilliseconds) failed.abort(standsStill());
  });

  const read = async () => {
    for (let part = queue.shift(); part; part = queue.shift()) {
      together.signal.throwIfAborted();
      const { name } = part;
      stored.push(await storePart(together, name, await dump.open(part), (bytes) => moved(name, bytes)));
      meter.partDone(name);
      if (stored.length === 1) crashPoint('backup-first-part-stored');
    }
  };
  await Promise.allSettled(
    Array.from({ length: Math.max(1, readers) }, () => read().catch((error) => failed.abort(error))),
  );
  stopWatching();
  together.signal.throwIfAborted();
  return stored;
}

function standsStill(): Failure {
  return new Failure('dump-incomplete', 'The dump gave no byte for 15 minutes, so it was ended.', {
    hint: 'Look for what holds it: the network, the server’s process list, the repository’s disk. Then run the backup again.',
  });
}
