import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import { type SegmentFacts, segmentFactsSchema, segmentNames } from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import type { CrashPoint } from '../../ports/crash-point.ts';
import type { Repository } from '../../ports/repository.ts';
import { storePart } from '../store-part.ts';
import type { Day } from './day-keys.ts';

/** A segment and where it lies. */
export interface StoredSegment {
  readonly facts: SegmentFacts;
  readonly dayId: string;
}

/** What is known of a segment before its bytes are read. */
export type SegmentOutline = Omit<SegmentFacts, 'storedAt' | 'storedBytes' | 'sha256' | 'rawSha256'>;

export interface SegmentPlace {
  readonly repository: Repository;
  readonly day: Day;
  readonly now: () => Date;
  readonly crashPoint: CrashPoint;
  readonly signal: AbortSignal;
}

/**
 * Compresses, encrypts and stores a segment: the bytes, then its facts. A crash in between leaves bytes that count for nothing.
 * Fails with `integrity` when there are other than the range's number of bytes, and with `object-exists` when the segment is there already.
 */
export async function storeSegment(
  place: SegmentPlace,
  outline: SegmentOutline,
  raw: Readable,
): Promise<StoredSegment> {
  const { repository, day, signal } = place;
  const names = segmentNames(outline);
  const hash = createHash('sha256');
  let rawBytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      rawBytes += chunk.length;
      done(null, chunk);
    },
  });
  const bytes = createZstdCompress();
  const finished = pipeline(raw, meter, bytes, { signal }).then(() => {
    if (rawBytes === outline.end - outline.start) return { rawBytes };
    throw new Failure('integrity', `${outline.file} gave ${rawBytes} bytes for ${outline.start} to ${outline.end}.`, {
      hint: 'It is read again from the server.',
    });
  });
  const stored = await storePart(
    { repository, prefix: day.prefix, setKey: day.setKey, signal },
    names.bytes,
    { bytes, finished },
    () => {},
  );
  place.crashPoint('binlog-bytes-stored');
  const facts = segmentFactsSchema.parse({
    ...outline,
    storedAt: place.now().toISOString(),
    storedBytes: stored.storedBytes,
    sha256: stored.sha256,
    rawSha256: hash.digest('hex'),
  } satisfies SegmentFacts);
  const sealed = await day.setKey.encryptObject(names.facts, Buffer.from(JSON.stringify(facts)));
  await repository.put(`${day.prefix}${names.facts}`, sealed, { ifAbsent: true, signal });
  place.crashPoint('binlog-facts-stored');
  return { facts, dayId: day.dayId };
}
