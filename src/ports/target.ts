import type { Readable } from 'node:stream';
import type { DeferredKeys } from '../domain/deferred-keys.ts';
import type { Inventory } from '../domain/inventory.ts';
import type { ManifestPart, TableChecksum, TableName } from '../domain/manifest.ts';
import type { ServerFacts } from '../domain/server.ts';
import type { Inspection } from './inspection.ts';
import type { ScriptSession } from './script-session.ts';
import type { Tables } from './tables.ts';

/**
 * A server that a backup is restored into.
 * Failures besides a source's: `restore-failed` when the server refuses what it is given, `tool-missing`, `tool-mismatch`.
 */
export interface Target {
  readonly name: string;
  readonly inspection: Inspection;
  /** Where it is reached, for people: `10.0.0.9:3306`, or a socket. */
  readonly place: string;
  /** Its tables, one by one. */
  readonly tables: Tables;
  facts(): Promise<ServerFacts>;
  /** What lies in its schemas now, the server's own left out. */
  inventory(): Promise<Inventory>;
  /** Accounts and roles, those of the server itself and the one that we log in with left out. */
  countAccounts(): Promise<number>;
  /** What decides whether, and how, a recovery may go there. */
  condition(): Promise<TargetCondition>;
  /** Servers that read its binlog. */
  countReplicas(): Promise<number>;
  /** Room for its data; undefined where it cannot be known, as of a server on another machine. */
  freeBytes(): Promise<number | undefined>;
  /** Exact rows, in the order of `tables`. */
  countRows(tables: readonly TableName[], signal: AbortSignal): Promise<number[]>;
  checksumTables(tables: readonly TableName[], signal: AbortSignal): Promise<TableChecksum[]>;

  /** Exact rows of a table, and how many of them hold anything in each of these columns. */
  countValues(table: TableName, columns: readonly string[]): Promise<{ rows: number; values: number[] }>;
  /** A session for the script of a recovery, `owner`. Waits for one that was cut off until its last statement has ended. */
  openScript(owner: string): Promise<ScriptSession>;

  /**
   * Runs SQL as mysqldump writes it, the way a person at the shell would: with the server's own client. Bytes pass from program to program.
   * Resolves when every stage ended well. What a load that was cut off had done stays: `clear` removes it.
   */
  load(sql: Readable, options: LoadOptions): Promise<void>;
  /**
   * Loads the rows of a data part, decompressed, by a quicker way than its INSERTs, where that is as safe. When it is not, or when not every
   * row came in without a warning, the outcome says why: then `load` is the way to go.
   */
  loadRows(sql: AsyncIterable<Buffer>, options: LoadRowsOptions): Promise<RowsOutcome>;
  /** Removes the rows that loading these tables or ranges brings, once an earlier, killed load of them has surely ended. */
  clear(tables: readonly ClearedTable[], options: Pick<LoadOptions, 'owner' | 'part' | 'binlog'>): Promise<void>;
  /** Ends programs that a killed restore of this owner left running, and says how many; what it laid out goes too. Needs no server. */
  endOrphans(owner: string): Promise<number>;

  dropSchemas(schemas: readonly string[], options: Pick<LoadOptions, 'binlog'>): Promise<void>;
  dropTriggers(schemas: readonly string[], options: Pick<LoadOptions, 'binlog'>): Promise<void>;

  /** The secondary keys of a table that can be built later, when all rows are there; undefined when there are none. */
  deferrableKeys(table: TableName): Promise<DeferredKeys | undefined>;
  /** Both leave alone what is as wanted already. */
  dropKeys(keys: DeferredKeys, options: Pick<LoadOptions, 'binlog'>): Promise<void>;
  addKeys(keys: DeferredKeys, options: Pick<LoadOptions, 'binlog'>): Promise<void>;

  /**
   * Replays whole binlog files in one session, up to their ends. GTIDs stay, or are given anew; with GTIDs that stay, what was executed is passed over.
   * Bytes pass from program to program. Failures: `restore-failed` in the server's own words; `integrity` where a file cannot be read.
   */
  replay(replay: Replay): Promise<void>;
  /** Counts these transactions as executed, as a server must that goes on from a backup of that moment. Only where GTIDs are kept. */
  adoptHistory(history: string): Promise<void>;

  /** Stops the event scheduler, until the server is restarted or `enableEvents` starts it. */
  holdEvents(): Promise<void>;
  /** Lets these fire, as whoever defined them and under their own SQL mode, and starts the scheduler. Passes over those that are not there any more. */
  enableEvents(events: readonly TableName[], options: Pick<LoadOptions, 'binlog'>): Promise<void>;
  /** Events that would fire when the scheduler runs. */
  enabledEvents(): Promise<TableName[]>;
  /** A column of every row as upper-case hex of its bytes, in key order: for small tables. */
  readHex(table: TableName, column: string): Promise<string[]>;
}

export interface LoadOptions {
  /** Marks programs and sessions, so that a later run can find them when this one is killed. */
  readonly owner: string;
  /** What is loaded: a name that is unique for the owner. */
  readonly part: string;
  /** Whether `sql` is compressed with zstd. */
  readonly compressed: boolean;
  /** Whether the work goes into the target's binlog. Off is for scratch servers and empty ones without replicas. */
  readonly binlog: boolean;
  /** Goes on after statements that the server refuses, and says nothing of them. */
  readonly tolerant?: boolean;
  readonly signal: AbortSignal;
}

export interface LoadRowsOptions extends Pick<LoadOptions, 'owner' | 'part' | 'binlog' | 'signal'> {
  readonly tables: ManifestPart['tables'];
  /** Tables of the part whose rows are not wanted. */
  readonly passedOver: readonly TableName[];
  /** How many sessions may share the work; no more than 4 do. */
  readonly sessions: number;
}

export type RowsOutcome =
  | { readonly kind: 'loaded' }
  /** Nothing was touched, nor read. */
  | { readonly kind: 'unsuited'; readonly why: string }
  /** Some rows may be there: `clear` removes them. */
  | { readonly kind: 'spoilt'; readonly why: string };

export interface ClearedTable extends TableName {
  /** A WHERE condition; all rows without one. */
  readonly range?: string | undefined;
}

export interface TargetCondition {
  /** The GTIDs that it has executed; empty where it has none. */
  readonly executed: string;
  /** Whether another server's transactions come in by themselves. */
  readonly replicates: boolean;
  readonly readOnly: boolean;
}

export interface Replay extends Pick<LoadOptions, 'owner' | 'binlog' | 'signal'> {
  readonly files: readonly ReplayedFile[];
  /** Offset in the first file at which to begin. */
  readonly from: number;
  readonly gtids: 'kept' | 'anew';
  /** Passes over rows that are there already, and over those that are not. Only for scratch servers. */
  readonly idempotent?: boolean;
  /** Called as files are laid out beside the program. */
  readonly onLaidOut?: (bytes: number) => void;
}

export interface ReplayedFile {
  /** The server's own name for it. */
  readonly name: string;
  /** So many of its bytes, from its beginning on, which end behind a whole transaction. */
  readonly bytes: number;
  open(): Promise<Readable>;
}
