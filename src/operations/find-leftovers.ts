import type { BackupId } from '../domain/backup-id.ts';
import { backupIdOfKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import type { Repository } from '../ports/repository.ts';
import { factsPrefix } from './facts.ts';
import type { World } from './world.ts';

/** Objects of a set that has no manifest, and that no running job is making. */
export interface Leftover {
  readonly id: BackupId;
  readonly prefix: string;
  readonly keys: readonly string[];
  /** For a backup that was given up: since when, and the facts that say so. What was never finished has none. */
  readonly givenUp?: { readonly since: Date; readonly facts: readonly string[] };
}

/** What interrupted backups, and interrupted removals, left of a source in a repository. */
export async function findLeftovers(world: World, repository: Repository, source: string): Promise<Leftover[]> {
  const beingMade = new Set(world.state.jobs.running().map((job) => job.backupId));
  const objectsOf = new Map<BackupId, { key: string; modifiedAt: Date }[]>();
  for await (const object of repository.list(`${source}/`)) {
    const id = backupIdOfKey(object.key);
    if (id !== undefined) objectsOf.set(id, [...(objectsOf.get(id) ?? []), object]);
  }
  return [...objectsOf].flatMap(([id, objects]) => {
    const prefix = setPrefix(id) ?? '';
    const keys = objects.map(({ key }) => key);
    if (beingMade.has(id) || keys.includes(`${prefix}${setObjects.manifest}`)) return [];
    const facts = objects.filter(({ key }) => key.startsWith(factsPrefix(prefix, 'removed')));
    const since = facts.at(-1)?.modifiedAt;
    return [{ id, prefix, keys, ...(since && { givenUp: { since, facts: facts.map(({ key }) => key) } }) }];
  });
}
