import type { Notes } from '../../ports/state.ts';
import type { Database } from './database.ts';

export function openNotes(database: Database): Notes {
  const { build } = database;

  return {
    get(key) {
      return database.first(build.selectFrom('notes').select('value').where('key', '=', key))?.value;
    },

    set(key, value, { lightly = false } = {}) {
      const write = () => void database.run(build.replaceInto('notes').values({ key, value }));
      if (lightly) database.lightly(write);
      else write();
    },

    remove(key) {
      database.run(build.deleteFrom('notes').where('key', '=', key));
    },
  };
}
