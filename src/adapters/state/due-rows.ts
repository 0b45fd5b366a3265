import type { DueRow, DueRows } from '../../ports/state.ts';
import type { Database } from './database.ts';
import type { DueTable } from './tables.ts';

export function openDueRows(database: Database): DueRows {
  const { build } = database;

  return {
    put({ key, dueAt, handledUntil }) {
      const row = { key, due_at: dueAt.getTime(), handled_until: handledUntil.getTime() };
      database.run(build.replaceInto('due').values(row));
    },

    get(key) {
      const row = database.first(build.selectFrom('due').selectAll().where('key', '=', key));
      return row && toDueRow(row);
    },

    list() {
      return database.all(build.selectFrom('due').selectAll().orderBy('due_at').orderBy('key')).map(toDueRow);
    },

    remove(key) {
      database.run(build.deleteFrom('due').where('key', '=', key));
    },
  };
}

function toDueRow(row: DueTable): DueRow {
  return { key: row.key, dueAt: new Date(row.due_at), handledUntil: new Date(row.handled_until) };
}
