import type { BackupId, BackupKind } from './backup-id.ts';
import type { CatalogEntry } from './catalog.ts';
import type { BinlogPosition, Manifest } from './manifest.ts';

/** What a finished backup has to tell, as data; every surface writes it in its own way. Sizes are bytes, durations milliseconds, changes fractions (0.1 is 10 % more). */
export interface BackupReport {
  readonly id: BackupId;
  readonly source: string;
  readonly kind: BackupKind;
  readonly snapshotAt: Date;
  readonly finishedAt: Date;
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** How many bytes of SQL one stored byte holds. */
  readonly ratio: number;
  readonly durationMilliseconds: number;
  /** Bytes of SQL a second, over the whole run. */
  readonly bytesPerSecond: number;
  readonly lockMilliseconds: number;
  /** Against the median of the last backups of this kind; null when this is the first. */
  readonly change: Change | null;
  readonly position: BinlogPosition;
  /** Of an incremental backup, which has neither tables nor a lock. */
  readonly binlogs: NonNullable<CatalogEntry['binlogs']> | null;
  readonly serverVersion: string;
  /** Of a schema backup: what changed since the one before, where it could be compared. */
  readonly schemaChanges: NonNullable<CatalogEntry['schemaChanges']> | null;
  readonly tables: number;
  readonly rows: number;
  /** Counts of every kind of object, where the manifest was at hand. */
  readonly objects: Manifest['objects'] | null;
  readonly repositories: readonly string[];
  readonly verified: CatalogEntry['verified'];
  readonly pin: CatalogEntry['pin'];
  readonly warnings: readonly string[];
}

export interface Change {
  /** How many earlier backups the medians are of. */
  readonly over: number;
  readonly rawBytes: number;
  readonly rows: number;
  readonly duration: number;
  /** Much smaller than before: perhaps not everything was dumped. */
  readonly shrank: boolean;
}

/** So much smaller than the median of the last ones is worth a warning. */
export const shrankBy = 0.2;
const comparedWith = 5;

/** `others` may hold anything: only earlier backups of the same source and kind that are not known to be bad are compared with. */
export function backupReport(
  entry: CatalogEntry,
  others: readonly CatalogEntry[],
  manifest?: Pick<Manifest, 'objects'>,
): BackupReport {
  const duration = durationOf(entry);
  return {
    id: entry.id,
    source: entry.source,
    kind: entry.kind,
    snapshotAt: new Date(entry.snapshotAt),
    finishedAt: new Date(entry.finishedAt),
    rawBytes: entry.rawBytes,
    storedBytes: entry.storedBytes,
    ratio: entry.storedBytes > 0 ? entry.rawBytes / entry.storedBytes : 1,
    durationMilliseconds: duration,
    bytesPerSecond: duration > 0 ? (entry.rawBytes * 1000) / duration : 0,
    lockMilliseconds: entry.lockMilliseconds,
    change: changeAgainst(entry, earlierOnes(entry, others)),
    position: entry.position,
    binlogs: entry.binlogs ?? null,
    schemaChanges: entry.schemaChanges ?? null,
    serverVersion: entry.serverVersion,
    tables: entry.tables,
    rows: entry.rows,
    objects: manifest?.objects ?? entry.objects ?? null,
    repositories: entry.repositories,
    verified: entry.verified,
    pin: entry.pin,
    warnings: entry.warnings,
  };
}

function earlierOnes(entry: CatalogEntry, others: readonly CatalogEntry[]): CatalogEntry[] {
  return others
    .filter((other) => other.source === entry.source && other.kind === entry.kind && other.id < entry.id)
    .filter((other) => other.verified?.verdict !== 'bad')
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, comparedWith);
}

function changeAgainst(entry: CatalogEntry, earlier: readonly CatalogEntry[]): Change | null {
  if (earlier.length === 0) return null;
  const rawBytes = relative(entry.rawBytes, median(earlier.map((one) => one.rawBytes)));
  const rows = relative(entry.rows, median(earlier.map((one) => one.rows)));
  return {
    over: earlier.length,
    rawBytes,
    rows,
    duration: relative(durationOf(entry), median(earlier.map(durationOf))),
    shrank: rawBytes <= -shrankBy || rows <= -shrankBy,
  };
}

function durationOf(entry: CatalogEntry): number {
  return Date.parse(entry.finishedAt) - Date.parse(entry.startedAt);
}

function relative(value: number, before: number): number {
  return before > 0 ? (value - before) / before : 0;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]];
  return ((low ?? 0) + (high ?? 0)) / 2;
}
