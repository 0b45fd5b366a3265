import { sha256 } from '../domain/sha256.ts';
import type { Repository } from '../ports/repository.ts';
import { readWhole } from './open-set.ts';

/** What lies in plain beside what is encrypted, for people: one copy, always that of the Tidemark that wrote there last. */
export async function keepInPlain(repository: Repository, key: string, bytes: Uint8Array): Promise<void> {
  const there = (await repository.stat(key)) && (await readWhole(repository, key));
  if (!there || sha256(there) !== sha256(bytes)) await repository.put(key, bytes);
}
