import { createHash } from 'node:crypto';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Copier } from './copier.ts';

/**
 * Copies one object as it is stored, streaming, and reads it back. With `sha256`, what the primary has is compared with it on the way:
 * other bytes are never stored in the copy. One that is there already, from an attempt that was interrupted, is only read back.
 * Failures `object-missing` and `integrity` about the primary's object, `repository-unavailable`.
 */
export async function copyObject(
  { primary, copy, signal }: Pick<Copier, 'primary' | 'copy' | 'signal'>,
  key: string,
  { sha256 }: { sha256?: string } = {},
): Promise<void> {
  if (sha256 !== undefined && (await hashIfThere(copy, key, signal)) === sha256) return;
  const hash = createHash('sha256');
  let sent = '';
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    // An error here leaves no object in the copy.
    flush(done) {
      sent = hash.digest('hex');
      done(sha256 === undefined || sent === sha256 ? null : notAsStored(primary, key));
    },
  });
  const body = await primary.get(key, { signal });
  const stored = copy.put(key, meter, { signal });
  stored.catch((error) => meter.destroy(error));
  const read = pipeline(body, meter, { signal });
  const [readResult, storeResult] = await Promise.allSettled([read, stored]);
  signal.throwIfAborted();
  // What broke first makes the other fail, too: the one that says what it was is told.
  const errors = [storeResult, readResult].flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (errors.length > 0) throw errors.find((error) => error instanceof Failure) ?? errors[0];
  if ((await hashIfThere(copy, key, signal)) !== sent) throw notAsWritten(copy, key);
}

/** SHA-256, hex, of what can be read there; undefined when there is nothing. */
async function hashIfThere(repository: Repository, key: string, signal: AbortSignal): Promise<string | undefined> {
  if (!(await repository.stat(key))) return undefined;
  const hash = createHash('sha256');
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
  await pipeline(await repository.get(key, { signal }), sink, { signal });
  return hash.digest('hex');
}

function notAsStored({ name }: Repository, key: string): Failure {
  return new Failure('integrity', `${key} in ${name} is not what was stored there: its SHA-256 is another.`, {
    hint: `It was not copied. Look at the disk or bucket of ${name}, and take a new backup.`,
  });
}

function notAsWritten({ name, location }: Repository, key: string): Failure {
  return new Failure('integrity', `${key} in ${name} is not what was written there just now.`, {
    hint: `Find out what else writes to ${location}, or whether its disk fails. It is tried again.`,
    retryable: true,
  });
}
