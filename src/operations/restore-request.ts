import { type ManifestPart, quoteTable, type TableName } from '../domain/manifest.ts';
import type { CrashPoint } from '../ports/crash-point.ts';
import type { Repository } from '../ports/repository.ts';
import type { Target } from '../ports/target.ts';
import type { OpenSet } from './open-set.ts';
import type { RestoreJournal } from './restore-journal.ts';

/** One set into one server. */
export interface RestoreRequest {
  readonly set: OpenSet;
  /** Those that have the set, the nearest first. */
  readonly repositories: readonly Repository[];
  readonly target: Target;
  /** The restore's name: marks its programs, and is the same when it goes on. */
  readonly owner: string;
  readonly journal: RestoreJournal;
  /** Rows of these tables, and perhaps of some that share a part with them; the structure is that of all. */
  readonly tables?: readonly TableName[];
  /** How many parts are loaded at a time. */
  readonly parallel: number;
  /** Whether users and grants come too. */
  readonly accounts: boolean;
  /** Makes accounts that views and routines run as, where the backup has none: for scratch servers. */
  readonly inventDefiners?: boolean;
  /** Whether the target's binlog has all of it. Off is for scratch servers and empty ones without replicas. */
  readonly binlog: boolean;
  /** Tables from this size on get their plain secondary keys after their rows. */
  readonly deferKeysAboveBytes?: number;
  readonly signal: AbortSignal;
  readonly crashPoint: CrashPoint;
  readonly onRead: (storedBytes: number) => void;
  readonly onPart: (part: ManifestPart) => void;
  /** Told when a part's rows cannot be loaded quickly, and why; its INSERTs are run then. */
  readonly onInserts?: (part: ManifestPart, why: string) => void;
}

/**
 * `creations` is of accounts: users and roles without grants. `what-goes` passes over what the server does not take yet. `as-dumped` is of
 * events: those that were enabled come in so.
 */
export type RestoredPart = ManifestPart & { readonly only?: 'creations' | 'what-goes' | 'as-dumped' };

/** Tells tables whose rows are restored from others. */
export function wantedBy({ tables }: Pick<RestoreRequest, 'tables'>): (table: TableName) => boolean {
  const wanted = tables && new Set(tables.map(quoteTable));
  return (table) => wanted?.has(quoteTable(table)) ?? true;
}
