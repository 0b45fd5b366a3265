import { PassThrough, type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ManifestPart } from '../domain/manifest.ts';
import type { Repository } from '../ports/repository.ts';
import type { OpenSet } from './open-set.ts';

/**
 * The authenticated, still compressed bytes of a part. What is wrong with them (`object-missing`, `integrity`) comes as the stream's
 * error, at the latest at its end: nothing counts before that.
 */
export async function readPart(
  repository: Repository,
  set: Pick<OpenSet, 'prefix' | 'setKey'>,
  part: Pick<ManifestPart, 'name'>,
  { signal, onRead }: { signal: AbortSignal; onRead: (bytes: number) => void },
): Promise<Readable> {
  const stored = await repository.get(`${set.prefix}${part.name}`, { signal });
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onRead(chunk.length);
      done(null, chunk);
    },
  });
  const plain = new PassThrough({ highWaterMark: 256 * 1024 });
  plain.on('error', () => {});
  // An error anywhere destroys all of them, `plain` with it: its reader hears of it there.
  pipeline(stored, counting, set.setKey.decryptPart(part.name), plain, { signal }).catch(() => {});
  return plain;
}
