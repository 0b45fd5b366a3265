import type { CatalogEntry } from '../catalog.ts';
import type { MigrationMark } from './migration-fact.ts';

/** An announced change of a source's structure. */
export interface Migration {
  readonly name: string;
  readonly source: string;
  readonly state: MigrationMark['what'];
  readonly started: Moment;
  readonly ended?: Moment;
  readonly rolledBack?: Moment;
}

interface Moment extends Pick<CatalogEntry, 'position' | 'snapshotAt'> {
  readonly backupId: string;
  readonly at: string;
  readonly by: string;
}

/** The migrations that the backups tell of, the newest first. One name may have been used again. */
export function migrationsOf(entries: readonly CatalogEntry[]): Migration[] {
  const ends = entries.filter(({ migration }) => migration !== undefined && migration.what !== 'started');
  return entries
    .filter(({ migration, shredded }) => migration?.what === 'started' && shredded === null)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .map((entry) => {
      const own = (what: MigrationMark['what']) =>
        momentOf(ends.find(({ migration }) => migration?.what === what && migration.before === entry.id));
      const [ended, rolledBack] = [own('ended'), own('rolled-back')];
      return {
        name: entry.migration?.name ?? '',
        source: entry.source,
        state: rolledBack ? 'rolled-back' : ended ? 'ended' : 'started',
        started: momentOf(entry) as Moment, // It has the mark.
        ...(ended && { ended }),
        ...(rolledBack && { rolledBack }),
      };
    });
}

/** The one of a name that counts: its newest. */
export function migrationNamed(entries: readonly CatalogEntry[], name: string): Migration | undefined {
  return migrationsOf(entries).find((migration) => migration.name === name);
}

function momentOf(entry: CatalogEntry | undefined): Moment | undefined {
  if (!entry?.migration) return undefined;
  const { id, position, snapshotAt, migration } = entry;
  return { backupId: id, position, snapshotAt, at: migration.at, by: migration.by };
}
