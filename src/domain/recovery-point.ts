import type { BackupId, BackupKind } from './backup-id.ts';
import type { CatalogEntry } from './catalog.ts';

/** A backup as something to go back to. */
export interface RecoveryPoint {
  readonly backupId: BackupId;
  readonly kind: BackupKind;
  /** What was committed before this moment is in. */
  readonly at: Date;
  readonly provenAt: Date | null;
  /** When it was last restored onto a scratch server and found the same. */
  readonly restoredAt: Date | null;
}

export function pointOf(entry: CatalogEntry | undefined): RecoveryPoint | null {
  if (!entry) return null;
  const provenAt = entry.verified?.verdict === 'good' ? new Date(entry.verified.at) : null;
  const restoredAt = entry.restoredAt === null ? null : new Date(entry.restoredAt);
  return { backupId: entry.id, kind: entry.kind, at: new Date(entry.snapshotAt), provenAt, restoredAt };
}
