import type { MigrationFact, MigrationMark } from '../../domain/migration/migration-fact.ts';
import type { Principal } from '../../domain/principal.ts';
import { keepFact } from '../facts.ts';
import { openSet } from '../open-set.ts';
import { record } from '../record.ts';
import { repositoriesNamed } from '../repository-named.ts';
import type { World } from '../world.ts';

/**
 * Notes beside a schema backup, and in the catalog, for which migration it was taken. The note first: a crash in between leaves one that
 * `catalog rebuild` finds, never a mark in the state that nothing vouches for.
 */
export async function markMigration(
  world: World,
  principal: Pick<Principal, 'name' | 'via'>,
  backupId: string,
  mark: Pick<MigrationMark, 'name' | 'what' | 'before'>,
): Promise<void> {
  const { catalog } = world.state;
  const entry = catalog.get(backupId);
  if (!entry) throw new Error(`${backupId} was taken and is not listed`);
  const at = world.clock.now().toISOString();
  const { position } = entry;
  const fact: MigrationFact = {
    formatVersion: 1,
    fact: 'migration',
    backupId,
    at,
    by: principal.name,
    ...mark,
    position,
  };
  for (const repository of repositoriesNamed(world, entry.repositories)) {
    const set = await openSet(world, repository, backupId, { principal, purpose: 'migration' });
    await keepFact(repository, set, 'migration', { at, fact });
  }
  // Read again: a copy may have been confirmed meanwhile.
  catalog.put({ ...(catalog.get(backupId) ?? entry), migration: { ...mark, at, by: principal.name } });
  record(world, principal, {
    action: `migration.${mark.what}`,
    source: entry.source,
    subject: mark.name,
    detail: { backup: backupId, position: `${position.file}:${position.offset}`, gtids: position.gtidSet },
  });
}
