import { catalogEntry } from '../domain/catalog.ts';
import { Failure } from '../domain/failure.ts';
import { scheduler } from '../domain/principal.ts';
import type { Repository } from '../ports/repository.ts';
import { readMigration, readPin, readVerifications } from './facts.ts';
import { isShredded, listSets } from './list-sets.ts';
import { openSet } from './open-set.ts';
import type { World } from './world.ts';

/**
 * Lists whole backups of a source that the catalog does not know: a process was killed between storing a manifest and listing it, or
 * somebody put a set there. Returns their ids. One that cannot be opened stays unlisted, with a warning.
 */
export async function adoptSets(world: World, repository: Repository, source: string): Promise<string[]> {
  const adopted: string[] = [];
  for (const id of await listSets(repository, `${source}/`)) {
    if (world.state.catalog.get(id)) continue;
    try {
      const set = await openSet(world, repository, id, { principal: scheduler, purpose: 'catalog' });
      const verifications = await readVerifications(repository, set);
      const pin = await readPin(repository, set);
      const migration = await readMigration(repository, set);
      world.state.catalog.put(catalogEntry(set.manifest, [repository.name], verifications, pin, migration));
      adopted.push(id);
      world.log.info({ backup: id }, 'listed a whole backup that the catalog did not know');
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      if (await isShredded(repository, id)) continue;
      world.log.warn({ backup: id, error: error.message }, 'a set that the catalog does not know cannot be opened');
    }
  }
  return adopted;
}
