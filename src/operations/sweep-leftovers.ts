import { backupIdOfKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import type { Repository } from '../ports/repository.ts';
import type { World } from './world.ts';

/**
 * Removes what interrupted backups left in a repository: objects of sets that have no manifest and that no running job is making,
 * and unfinished writes. Says how many objects went.
 */
export async function sweepLeftovers(world: World, repository: Repository, source: string): Promise<number> {
  const beingMade = new Set(world.state.jobs.running().map((job) => job.backupId));
  const objectsOf = new Map<string, string[]>();
  for await (const { key } of repository.list(`${source}/`)) {
    const id = backupIdOfKey(key);
    if (id !== undefined) objectsOf.set(id, [...(objectsOf.get(id) ?? []), key]);
  }
  let removed = 0;
  for (const [id, keys] of objectsOf) {
    const prefix = setPrefix(id) ?? '';
    if (beingMade.has(id) || keys.includes(`${prefix}${setObjects.manifest}`)) continue;
    // Objects last: as long as one is there, a sweep that was cut off is known to have work left.
    removed += await repository.sweepUnfinished(prefix);
    for (const key of keys) await repository.remove(key);
    removed += keys.length;
    world.log.info({ backup: id, objects: keys.length }, 'swept what an interrupted backup left');
  }
  return removed;
}
