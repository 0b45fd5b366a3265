import { Failure, toFailure } from '../domain/failure.ts';
import type { Repository } from '../ports/repository.ts';
import type { Destroyed } from '../ports/repository-versions.ts';
import { readWhole } from './open-set.ts';

/** What became of a set's `keys` object in one repository. */
export interface DestroyedKey {
  readonly repository: string;
  /** Of what could be read there before; null when there was nothing. */
  readonly sha256: string | null;
  /** How many versions were removed. */
  readonly versions: number;
  /** What reading it afterwards gave. */
  readonly readBack: 'missing' | 'still-there' | 'unknown';
  /** Object Lock keeps versions of it until then, ISO 8601; `held` under a legal hold, which has no end of its own. */
  readonly lockedUntil?: string;
  /** Why it could not be done. */
  readonly fault?: { readonly why: string; readonly hint: string };
}

/** Destroys every version of an object, then looks whether anything can be read. What goes wrong is an answer: other repositories are still to be done. */
export async function destroyKey(repository: Repository, key: string, sha256: string | null): Promise<DestroyedKey> {
  const about = { repository: repository.name, sha256 };
  let versions = 0;
  try {
    const first = await destroyAll(repository, key);
    versions = first.versions;
    const again = await destroyAll(repository, key);
    versions += again.versions;
    const readBack = again.versions > 0 || (await isThere(repository, key)) ? 'still-there' : 'missing';
    const locked = again.locked.map(({ until }) => until?.toISOString() ?? 'held').sort();
    const lockedUntil = locked.includes('held') ? 'held' : locked.at(-1);
    return { ...about, versions, readBack, ...(lockedUntil !== undefined && { lockedUntil }) };
  } catch (error) {
    const { message: why, hint } = toFailure(error);
    return { ...about, versions, readBack: 'unknown', fault: { why, hint } };
  }
}

export function isGone({ readBack, lockedUntil }: DestroyedKey): boolean {
  return readBack === 'missing' && lockedUntil === undefined;
}

async function destroyAll(repository: Repository, key: string): Promise<Destroyed> {
  if (repository.versions) return repository.versions.destroy(key);
  const there = await repository.stat(key);
  await repository.remove(key);
  return { versions: there ? 1 : 0, locked: [] };
}

async function isThere(repository: Repository, key: string): Promise<boolean> {
  try {
    await readWhole(repository, key);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'object-missing') return false;
    throw error;
  }
}
