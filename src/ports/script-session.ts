import type { WrittenName } from '../domain/rollback/statement-words.ts';

/** One session in which the statements of a script run one by one, as they would in the mysql program. */
export interface ScriptSession {
  /** Runs one statement; one that holds another is refused by the server. Failures are of the connection alone. */
  run(sql: string): Promise<StatementRun>;
  /** How a table is made, without its counters; undefined where there is none. */
  definition(table: WrittenName): Promise<string | undefined>;
  /** Whatever it has not committed is undone. */
  end(): Promise<void>;
}

export type StatementRun =
  /** `rows` were affected, or returned; what they hold is never kept. */
  | { readonly kind: 'ran'; readonly rows: number; readonly warnings: readonly string[]; readonly milliseconds: number }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };
