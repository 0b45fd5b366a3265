import type { Repository } from '../ports/repository.ts';
import { findLeftovers } from './find-leftovers.ts';
import type { World } from './world.ts';

/**
 * Removes what interrupted backups left in a repository: objects of sets that have no manifest and that no running job is making,
 * and unfinished writes. Says how many objects went. Backups that were given up are not its business, but that of `prune`.
 */
export async function sweepLeftovers(world: World, repository: Repository, source: string): Promise<number> {
  let removed = 0;
  for (const { id, prefix, keys, givenUp } of await findLeftovers(world, repository, source)) {
    if (givenUp) continue;
    // Objects last: as long as one is there, a sweep that was cut off is known to have work left.
    removed += await repository.sweepUnfinished(prefix);
    for (const key of keys) await repository.remove(key);
    removed += keys.length;
    world.log.info({ backup: id, objects: keys.length }, 'swept what an interrupted backup left');
  }
  return removed;
}
