import type { Readable } from 'node:stream';
import type { DumpLayout, PlannedPart } from '../domain/dump-layout.ts';
import type { Inventory } from '../domain/inventory.ts';
import type { BinlogPosition, Manifest, TableChecksum } from '../domain/manifest.ts';
import type { PartRowCounts } from '../domain/manifest-parts.ts';
import type { ServerFacts, ToolFacts } from '../domain/server.ts';
import type { Binlogs } from './binlogs.ts';
import type { CrashPoint } from './crash-point.ts';
import type { Inspection } from './inspection.ts';
import type { Transactions } from './transactions.ts';

/**
 * A database server whose data is backed up.
 * Failures: `source-unreachable`, `source-access` (wrong password), `source-missing-grant` (the hint holds the GRANT), `source-settings`.
 */
export interface Source {
  readonly name: string;
  /** What of it is dumped. */
  readonly scope: SourceScope;
  readonly binlogs: Binlogs;
  readonly inspection: Inspection;
  readonly transactions: Transactions;

  facts(): Promise<ServerFacts>;
  /** Every program that is needed, found or not. Never fails. */
  tools(): Promise<ToolFacts[]>;
  inventory(): Promise<Inventory>;
  /**
   * Stops DDL, lays the dump out, starts every process of it under one consistent snapshot, and returns when the locks on data are released again.
   * Big tables are cut along their keys; the first and last range are open-ended, so no row can fall between.
   * Failures besides the above: `lock-timeout`, `tool-missing`, `tool-mismatch`, `program-failed`.
   */
  startDump(options: DumpOptions): Promise<Dump>;
  /** Ends programs of dumps that are no longer run by anybody, and says how many. */
  endOrphans(isAbandoned: (run: string) => boolean): Promise<number>;
}

export interface SourceScope {
  /** Undefined means every schema but the server's own. */
  readonly schemas?: readonly string[];
  readonly accounts: boolean;
}

export interface DumpOptions {
  /** The id of the backup: marks its processes and its named locks. */
  readonly run: string;
  /** `structure` leaves the rows out, and stops nobody's writes: DDL alone is kept out. */
  readonly contents: 'everything' | 'structure';
  /** At most so many mysqldump processes at once on data. */
  readonly maximumParts: number;
  /** How many parts are read at a time. */
  readonly readers: number;
  readonly signal: AbortSignal;
  readonly crashPoint: CrashPoint;
  /** DDL that has been waiting for the backup, for people; called while it waits. */
  readonly onWaitingDdl?: (waiting: { statement: string; seconds: number }) => void;
}

/** A running dump. Whoever starts it calls `close`, whatever happens. */
export interface Dump {
  readonly server: ServerFacts;
  readonly inventory: Inventory;
  readonly layout: DumpLayout;
  readonly snapshotAt: Date;
  readonly position: BinlogPosition;
  readonly lock: Manifest['lock'];
  /** Version lines of the programs used, and the flags given to mysqldump. */
  readonly tools: Record<string, string>;
  readonly flags: readonly string[];
  readonly warnings: readonly string[];
  /** Accounts in the dump; 0 when they are left out. */
  readonly accounts: number;
  /** Views that cannot be restored, for they were broken already. */
  readonly brokenViews: number;

  /** Aborts, with a Failure as reason, when the backup must give way to DDL that has waited too long. */
  readonly gaveWay: AbortSignal;

  /** Exact rows per planned data part and table, counted in the dump's own snapshot, in the layout's order. */
  countRows(): Promise<PartRowCounts[]>;
  /** The checksum of every table with transactions, in the dump's own snapshot. Reads every row. */
  checksumTables(): Promise<TableChecksum[]>;

  /**
   * The zstd-compressed bytes of a part. Nothing is read ahead: a part that nobody reads makes its mysqldump wait.
   * `finished` resolves only when every stage ended well and the dump's completion line was seen; else Failure `dump-incomplete` or `program-failed`.
   */
  open(part: PlannedPart): Promise<PartStream>;

  /** Ends programs, releases every lock, closes connections. Safe to call twice. */
  close(): Promise<void>;
}

export interface PartStream {
  readonly bytes: Readable;
  readonly finished: Promise<{ rawBytes: number }>;
}
