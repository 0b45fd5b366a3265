import type { BackupId, BackupKind } from './backup-id.ts';
import { type BinlogFacts, rolledForward } from './binlog/binlog-status.ts';
import type { CatalogEntry } from './catalog.ts';

/** A backup as something to go back to. */
export interface RecoveryPoint {
  readonly backupId: BackupId;
  readonly kind: BackupKind;
  /** What was committed before this moment is in. */
  readonly at: Date;
  /** The latest moment that it can be rolled forward to; `at` where there are no binlogs behind it. */
  readonly through: Date;
  readonly provenAt: Date | null;
  /** When it was last restored onto a scratch server and found the same. */
  readonly restoredAt: Date | null;
}

export function pointOf(entry: CatalogEntry | undefined, binlogs?: BinlogFacts): RecoveryPoint | null {
  if (!entry) return null;
  const at = new Date(entry.snapshotAt);
  const through = rolledForward(binlogs, entry.id) ?? at;
  const provenAt = entry.verified?.verdict === 'good' ? new Date(entry.verified.at) : null;
  const restoredAt = entry.restoredAt === null ? null : new Date(entry.restoredAt);
  return { backupId: entry.id, kind: entry.kind, at, through, provenAt, restoredAt };
}
