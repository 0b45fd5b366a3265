import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { probePrefix } from '../../domain/backup-set.ts';
import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';

/** Proves that what is written can be read and removed again. Failure `repository-unavailable`. */
export async function probeRepository(repository: Repository): Promise<void> {
  const key = `${probePrefix}${randomBytes(6).toString('hex')}`;
  const written = randomBytes(64);
  await repository.put(key, written, { ifAbsent: true });
  const read = await readProbe(repository, key).finally(() => repository.remove(key));
  if (!read.equals(written)) {
    throw new Failure('repository-unavailable', `${repository.location} gives back other bytes than were written.`, {
      hint: 'Do not trust its disk: check it, or configure another repository.',
      retryable: false,
    });
  }
}

async function readProbe(repository: Repository, key: string): Promise<Buffer> {
  return buffer(await repository.get(key));
}
