import type { CatalogEntry } from '../../domain/catalog.ts';
import { type Migration, migrationsOf } from '../../domain/migration/migration.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { sourcesToLookAt } from '../resolve-source.ts';
import type { World } from '../world.ts';

/** The announced migrations of the sources that somebody may look at, the newest first, as long as their backups are kept. */
export function listMigrations(
  world: World,
  { principal, source }: { principal: Principal; source?: string },
): { kind: 'migrations'; migrations: Migration[] } | Refusal {
  const sources = sourcesToLookAt(world, { principal, ...(source !== undefined && { source }) });
  if (!Array.isArray(sources)) return sources;
  return { kind: 'migrations', migrations: sources.flatMap((name) => migrationsOf(knownMigrations(world, name))) };
}

/** Every schema backup of a source: they tell of its migrations. */
export function knownMigrations({ state }: Pick<World, 'state'>, source: string): CatalogEntry[] {
  return state.catalog.list({ source, kind: 'schema', limit: 100_000 });
}
