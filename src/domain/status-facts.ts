import type { BinlogFacts } from './binlog/binlog-status.ts';
import type { CatalogEntry } from './catalog.ts';
import type { CopyFacts } from './copies/copy-status.ts';
import type { Job } from './job.ts';
import type { RetentionPolicy } from './retention/retention.ts';
import type { StorageWatch } from './retention-warnings.ts';
import type { ScheduledKind } from './schedule.ts';

/** What there is to know about a source, gathered before anything is judged. */
export interface StatusFacts {
  readonly source: string;
  readonly entries: readonly CatalogEntry[];
  /** Recent jobs of the source, newest first, running ones included. */
  readonly jobs: readonly Job[];
  /** What is scheduled, by kind of backup. */
  readonly schedules: Readonly<Partial<Record<ScheduledKind, ScheduleFacts>>>;
  /** A full backup is to be restored for proof this often; undefined where nothing can be, or none is scheduled. */
  readonly proveEveryDays?: number;
  /** What the repositories hold and how full they are. */
  readonly storage?: StorageWatch;
  /** How long backups are kept. */
  readonly retention?: RetentionPolicy;
  /** Undefined where they are not streamed and never were. */
  readonly binlogs?: BinlogFacts;
  /** How the copies stand, where there are any. */
  readonly copies?: readonly CopyFacts[];
  /** Keys for which nobody has said where their second copy lies. */
  readonly keysWithoutCopy: readonly { readonly id: string; readonly fingerprint: string }[];
}

export interface ScheduleFacts {
  /** The newest moment that was due, if any. */
  readonly lastDue?: Date;
  readonly next?: Date;
  /** The moment that the bot means to look after next; in the past when nobody does. */
  readonly promised?: Date;
}
