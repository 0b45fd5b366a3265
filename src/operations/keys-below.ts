import type { Repository } from '../ports/repository.ts';

/** Every key that begins with a prefix, read to the end: what is done to the objects then disturbs no listing. */
export async function keysBelow(repository: Repository, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of repository.list(prefix)) keys.push(key);
  return keys;
}
