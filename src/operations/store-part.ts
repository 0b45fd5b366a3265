import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../domain/failure.ts';
import type { StoredPart } from '../domain/manifest-parts.ts';
import type { SetKey } from '../ports/encryption.ts';
import type { Repository } from '../ports/repository.ts';
import type { PartStream } from '../ports/source.ts';

/** Where a set's parts go. */
export interface SetWriter {
  readonly repository: Repository;
  readonly prefix: string;
  readonly setKey: SetKey;
  readonly signal: AbortSignal;
}

/**
 * Encrypts, hashes and stores one part while it is dumped. The object exists only once the dump has ended well and all of it is stored:
 * the stream into the repository does not end before `finished` has said so.
 */
export async function storePart(
  writer: SetWriter,
  name: string,
  stream: PartStream,
  onStored: (bytes: number) => void,
): Promise<StoredPart> {
  const hash = createHash('sha256');
  let storedBytes = 0;
  stream.finished.catch(() => {});
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      storedBytes += chunk.length;
      onStored(chunk.length);
      done(null, chunk);
    },
    flush(done) {
      stream.finished.then(() => done(), done);
    },
  });
  const upload = writer.repository.put(`${writer.prefix}${name}`, meter, { signal: writer.signal });
  upload.catch((error) => meter.destroy(error));
  try {
    await pipeline(stream.bytes, writer.setKey.encryptPart(name), meter, { signal: writer.signal });
    await upload;
  } catch (error) {
    const uploadError = await upload.then(
      () => undefined,
      (reason) => reason,
    );
    if (writer.signal.aborted) throw writer.signal.reason;
    throw await likeliestCause([error, uploadError], stream);
  }
  const { rawBytes } = await stream.finished;
  return { name, rawBytes, storedBytes, sha256: hash.digest('hex') };
}

/**
 * Whatever breaks in a chain of streams breaks the others as well. A full disk that ends a dump, and a dump that ends a write, say what
 * it was; a broken stream does not.
 */
async function likeliestCause([error, uploadError]: [unknown, unknown], stream: PartStream): Promise<unknown> {
  const known = [uploadError, error].find((each) => each instanceof Failure);
  if (known) return known;
  const said = stream.finished.then(
    () => error,
    (reason) => reason,
  );
  return Promise.race([said, pause(500, error)]);
}
