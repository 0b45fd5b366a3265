import { type CatalogEntry, catalogEntrySchema } from '../../domain/catalog.ts';
import type { CatalogStore } from '../../ports/state.ts';
import type { Database } from './database.ts';
import { readStored } from './stored.ts';
import type { CatalogTable } from './tables.ts';

export function openCatalogStore(database: Database): CatalogStore {
  const { build } = database;
  const store = (entry: CatalogEntry) => database.run(build.replaceInto('catalog').values(toRow(entry)));

  return {
    put(entry) {
      store(entry);
    },

    get(id) {
      const row = database.first(build.selectFrom('catalog').selectAll().where('id', '=', id));
      return row && toEntry(row);
    },

    remove(id) {
      database.run(build.deleteFrom('catalog').where('id', '=', id));
    },

    /** Ids begin with their time. */
    list({ source, kind, limit = 1000 } = {}) {
      let query = build.selectFrom('catalog').selectAll().orderBy('id', 'desc');
      if (source !== undefined) query = query.where('source', '=', source);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      return database.all(query.limit(limit)).map(toEntry);
    },

    replaceAll(entries) {
      database.exclusively(() => {
        database.run(build.deleteFrom('catalog'));
        for (const entry of entries) store(entry);
      });
    },
  };
}

function toRow(entry: CatalogEntry): CatalogTable {
  return { id: entry.id, source: entry.source, kind: entry.kind, entry: JSON.stringify(entry) };
}

function toEntry(row: CatalogTable): CatalogEntry {
  return readStored(catalogEntrySchema, row.entry, `a catalog entry of ${row.id}`);
}
