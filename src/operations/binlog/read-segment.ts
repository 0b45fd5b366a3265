import { createHash } from 'node:crypto';
import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { dayPrefix, segmentNames } from '../../domain/binlog/segment.ts';
import { Failure, toFailure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import type { DayKeys } from './day-keys.ts';
import type { StoredSegment } from './store-segment.ts';

/**
 * The bytes of a segment, as they lie in the server's file. What is wrong with them (`object-missing`, `integrity`) comes as the
 * stream's error, at the latest at its end: nothing counts before that.
 */
export async function readSegment(
  repository: Repository,
  keys: DayKeys,
  { facts, dayId }: StoredSegment,
  signal: AbortSignal,
): Promise<Readable> {
  const { bytes: name } = segmentNames(facts);
  const setKey = await keys.open(dayId);
  const stored = await repository.get(`${dayPrefix(facts.source, dayId)}${name}`, { signal });
  const hash = createHash('sha256');
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    // Node's decompressor ends without a word behind the first frame, and where a frame was cut.
    flush: (done) => done(hash.digest('hex') === facts.rawSha256 ? null : altered(name)),
  });
  const plain = new PassThrough();
  plain.on('error', () => {});
  pipeline(stored, setKey.decryptPart(name), createZstdDecompress(), check, plain, { signal }).catch((error) => {
    plain.destroy(error instanceof Failure || signal.aborted ? error : damaged(name, error));
  });
  return plain;
}

function altered(name: string): Failure {
  return new Failure('integrity', `${name} is not what was stored: its SHA-256 is another.`, { hint });
}

function damaged(name: string, error: unknown): Failure {
  const known = toFailure(error);
  if (known.code !== 'internal') return known;
  return new Failure('integrity', `${name} cannot be decompressed: ${known.message}`, { cause: error, hint });
}

const hint = 'Use another copy of the binlogs. Recovery goes no further than to what lies before it.';
