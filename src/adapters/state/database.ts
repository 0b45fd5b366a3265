import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { explainStateFault } from './explain-state-fault.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './tables.ts';

/** Kysely writes and types the SQL; node:sqlite runs it at once, in this thread. */
export interface Database {
  /** Builds queries only: hand what it compiles to `all`, `first`, `each` or `run`. */
  readonly build: Kysely<Tables>;
  all<Row>(query: Compilable<Row>): Row[];
  first<Row>(query: Compilable<Row>): Row | undefined;
  each<Row>(query: Compilable<Row>): Iterable<Row>;
  /** Answers how many rows changed. */
  run(query: Compilable<unknown>): number;
  /** Everything in `work` or nothing, with the write lock from its start: what was read stays true until it is written. */
  exclusively<Result>(work: () => Result): Result;
  /** Writes that may be lost in a power cut: no fsync of their own. Not within `exclusively`. */
  lightly(work: () => void): void;
  close(): void;
}

interface Compilable<Row> {
  compile(): CompiledQuery<Row>;
}

/** How long a writer waits for another process's write. */
const busyMilliseconds = 10_000;

/** Opens and migrates the database at `path`, or one in memory with `:memory:`. Failure `state-unavailable`. */
export function openDatabase(path: string): Database {
  const explained = explainStateFault(path);
  const sqlite = explained(() => connect(path));
  const statements = new Map<string, StatementSync>();

  function prepare(query: Compilable<unknown>): [StatementSync, SQLInputValue[]] {
    const { sql, parameters } = query.compile();
    const statement = statements.get(sql) ?? sqlite.prepare(sql);
    statements.set(sql, statement);
    return [statement, parameters as SQLInputValue[]];
  }

  // What the tables hold is checked by zod where it becomes a domain value; here the column types of `Tables` are believed.
  return {
    build: queryBuilder,
    all<Row>(query: Compilable<Row>) {
      return explained(() => {
        const [statement, parameters] = prepare(query);
        return statement.all(...parameters) as Row[];
      });
    },
    first<Row>(query: Compilable<Row>) {
      return explained(() => {
        const [statement, parameters] = prepare(query);
        return statement.get(...parameters) as Row | undefined;
      });
    },
    *each<Row>(query: Compilable<Row>) {
      // A statement of its own, for a cached one could be run again while this one is still being read.
      const { sql, parameters } = query.compile();
      const rows = explained(() => sqlite.prepare(sql).iterate(...(parameters as SQLInputValue[])));
      for (;;) {
        const row = explained(() => rows.next());
        if (row.done) return;
        yield row.value as Row;
      }
    },
    run(query) {
      return explained(() => {
        const [statement, parameters] = prepare(query);
        return Number(statement.run(...parameters).changes);
      });
    },
    exclusively(work) {
      explained(() => sqlite.exec('BEGIN IMMEDIATE'));
      try {
        const result = work();
        explained(() => sqlite.exec('COMMIT'));
        return result;
      } catch (error) {
        if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
        throw error;
      }
    },
    lightly(work) {
      explained(() => sqlite.exec('PRAGMA synchronous = NORMAL'));
      try {
        work();
      } finally {
        explained(() => sqlite.exec('PRAGMA synchronous = FULL'));
      }
    },
    close() {
      if (sqlite.isOpen) sqlite.close();
    },
  };
}

const queryBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

function connect(path: string): DatabaseSync {
  if (path !== ':memory:') createPrivately(path);
  const sqlite = new DatabaseSync(path, { timeout: busyMilliseconds });
  try {
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(sqlite, path);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** SQLite gives the files beside the database the mode of the database itself. */
function createPrivately(path: string): void {
  const created = mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (created !== undefined) chmodSync(dirname(path), 0o700);
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
