import type { Readable } from 'node:stream';
import type { TableName } from '../domain/manifest.ts';
import type { ForeignKey } from '../domain/table-swap/constraints.ts';
import type { Mark, Statement } from '../domain/table-swap/swap-step.ts';
import type { TableComparison } from '../domain/table-swap/table-comparison.ts';
import type { TableFacts, TakenNames } from '../domain/table-swap/table-facts.ts';

/**
 * Single tables of a server. What it changes goes into the server's binlog, where that has one.
 * Failures besides a source's: `restore-failed` when the server refuses a statement, `lock-timeout` when others use the table too long.
 */
export interface Tables {
  /** Undefined when there is none. Failure `restore-failed` when a view or a sequence has the name. */
  describe(table: TableName): Promise<TableFacts | undefined>;
  /** What CHECK TABLE finds wrong; nothing when all is well. Reads the whole table. */
  check(table: TableName, signal: AbortSignal): Promise<string[]>;
  /** Tables and views of a schema, by name. */
  namesIn(schema: string): Promise<string[]>;
  /** Names of constraints and triggers in a schema that other tables than these have. */
  taken(schema: string, except: readonly TableName[]): Promise<TakenNames>;
  /** CHECKSUM TABLE and the exact number of rows. */
  sumUp(table: TableName): Promise<{ checksum: string; rows: number }>;
  /** Rows of the child whose parent is missing. */
  countStranded(key: ForeignKey): Promise<number>;
  /**
   * Compares row by row in one snapshot, piece by piece along a key, so that little is held in memory. Both tables lie on this server.
   * Failure `cancelled` by the signal.
   */
  compare(recovered: TableFacts, live: TableFacts, options: ComparisonOptions): Promise<TableComparison>;

  /**
   * The rows of a table as INSERTs that name it without its schema. `finished` resolves when the dump was whole, otherwise rejects with
   * `dump-incomplete` or `program-failed`; whoever does not read to the end destroys `sql`.
   */
  dumpRows(table: TableName, owner: string): Promise<{ sql: Readable; finished: Promise<void> }>;
  /** Runs one statement as it stands, foreign keys unchecked. */
  run(statement: Statement): Promise<void>;
  /** Drops a table that nothing refers to; one that is gone already is fine. Failure `restore-failed` when something does. */
  dropUnused(table: TableName): Promise<void>;
  /** A session for the steps of an exchange. Whoever opens it ends it. */
  openExchange(): Promise<ExchangeSession>;
  /** What was written to a table since it came to serve: by the binlog, from that place on. */
  writesSince(exchange: ExchangePlace, owner: string, signal: AbortSignal): Promise<TableWrites>;
}

export interface ComparisonOptions {
  readonly signal: AbortSignal;
  /** Rows of a piece; some thousand when left out. */
  readonly pieceRows?: number;
  /** Rows that are looked at so far, of both. */
  readonly onRows?: (rows: number) => void;
}

export interface ExchangeSession {
  /** Whether what a step makes or removes is as the mark says when it is `present`. */
  isPresent(mark: Mark): Promise<boolean>;
  /** Waits a few seconds for others at most. Failure `lock-timeout`: nothing has changed. */
  run(statement: Statement): Promise<void>;
  /** Keeps everybody else out of a table until `unlock`, or until this session ends. */
  lock(table: TableName): Promise<void>;
  unlock(): Promise<void>;
  /** Where the binlog stands; undefined where there is none. */
  position(): Promise<{ file: string; offset: number } | undefined>;
  end(): Promise<void>;
}

export interface ExchangePlace {
  readonly table: TableName;
  /** The binlog's position shortly before the exchange. */
  readonly file: string;
  readonly offset: number;
  /** The statement that exchanged the tables: what stands before it was written to the other one. */
  readonly statement: string;
}

export type TableWrites =
  | { readonly kind: 'counted'; readonly inserted: number; readonly updated: number; readonly deleted: number }
  /** As when the binlog has been purged, or holds statements. */
  | { readonly kind: 'unknown'; readonly why: string };
