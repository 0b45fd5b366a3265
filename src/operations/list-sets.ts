import { backupIdOfKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import type { Repository } from '../ports/repository.ts';

/** Ids of the sets below a prefix that have a manifest, in key order. */
export async function listSets(repository: Repository, prefix = ''): Promise<string[]> {
  const ids: string[] = [];
  for await (const { key } of repository.list(prefix)) {
    const id = backupIdOfKey(key);
    if (id !== undefined && key.endsWith(`/${id}/${setObjects.manifest}`)) ids.push(id);
  }
  return ids;
}

/** Whether somebody destroyed its key and left word of it. */
export async function isShredded(repository: Repository, id: string): Promise<boolean> {
  const has = async (object: string) => (await repository.stat(`${setPrefix(id)}${object}`)) !== undefined;
  return (await has(setObjects.shredded)) && !(await has(setObjects.keys));
}
