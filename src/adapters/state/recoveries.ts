import { sql } from 'kysely';
import {
  openStates,
  type Recovery,
  recoverySchema,
  type StoredRecovery,
  targetKey,
} from '../../domain/recovery/recovery.ts';
import type { Recoveries } from '../../ports/state.ts';
import type { Database } from './database.ts';
import { readStored } from './stored.ts';
import type { RecoveriesTable } from './tables.ts';

export function openRecoveries(database: Database): Recoveries {
  const { build } = database;
  const all = () => build.selectFrom('recoveries').selectAll();

  function get(id: string): StoredRecovery | undefined {
    const row = database.first(all().where('id', '=', id));
    return row && toRecovery(row);
  }

  return {
    get,

    request(recovery) {
      return database.exclusively(() => {
        const target = targetKey(recovery) ?? null;
        const other =
          target === null
            ? undefined
            : database.first(all().where('target', '=', target).where('state', 'in', openStates));
        if (other) return { kind: 'busy', other: toRecovery(other) };
        database.run(
          build.insertInto('recoveries').values({
            id: recovery.id,
            source: recovery.plan.source,
            target,
            ...written(recovery),
          }),
        );
        return { kind: 'requested', recovery: get(recovery.id) as StoredRecovery };
      });
    },

    endingWith(suffix) {
      const rows = database.all(all().where('id', 'like', `%-${suffix.replace(/[^a-z0-9]/g, '')}`));
      const [only, ...others] = rows;
      return only && others.length === 0 ? toRecovery(only) : undefined;
    },

    list({ source, open, limit = 100 } = {}) {
      let query = all().orderBy('id', 'desc').limit(limit);
      if (source !== undefined) query = query.where('source', '=', source);
      if (open) query = query.where('state', 'in', openStates);
      return database.all(query).map(toRecovery);
    },

    onScratch() {
      const stands = sql<boolean>`json_extract(recovery, '$.scratch') is not null`;
      return database.all(all().where(stands).orderBy('id', 'desc')).map(toRecovery);
    },

    change(id, decide) {
      return database.exclusively(() => {
        const current = get(id);
        const next = current && decide(current);
        if (!next) return current;
        database.run(build.updateTable('recoveries').set(written(next)).where('id', '=', id));
        return get(id);
      });
    },

    changedSince(revision) {
      return database.all(all().where('revision', '>', revision).orderBy('revision')).map(toRecovery);
    },
  };
}

function written(recovery: Recovery) {
  return { state: recovery.state, recovery: JSON.stringify(recoverySchema.parse(recovery)), revision: nextRevision };
}

/** Recoveries are never deleted, so the highest revision is never handed out again. */
const nextRevision = sql<number>`(select coalesce(max(revision), 0) + 1 from recoveries)`;

function toRecovery({ id, recovery, revision }: RecoveriesTable): StoredRecovery {
  return { ...readStored(recoverySchema, recovery, `recovery ${id}`), revision };
}
