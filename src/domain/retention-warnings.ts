import type { CatalogEntry } from './catalog.ts';
import { formatAgo, formatBytes } from './measures.ts';
import { isPinned } from './pin.ts';
import { dayMilliseconds, type RetentionPolicy, timeIsOver } from './retention/retention.ts';
import type { StatusWarning } from './status-warning.ts';
import type { RepositoryUse } from './storage-use.ts';

export interface StorageWatch {
  readonly uses: readonly RepositoryUse[];
  /** A disk that is full within so many days is warned of. */
  readonly warnWithinDays: number;
}

const criticalWithinDays = 2;

/** Disks that are about to be full. */
export function storageWarnings({ uses, warnWithinDays }: StorageWatch): StatusWarning[] {
  return uses.flatMap(({ repository, location, freeBytes, growthPerDay, fullInDays }) => {
    if (fullInDays === null || fullInDays > warnWithinDays) return [];
    const text = `The disk of ${repository} (${location}) is full ${within(fullInDays)}: ${formatBytes(freeBytes ?? 0)} are free, and it grows by ${formatBytes(growthPerDay)} a day.`;
    const severity = fullInDays <= criticalWithinDays ? 'critical' : 'warning';
    const hint = 'Free space there, give it a larger disk, or shorten keep. What takes the space: storage.';
    return [{ code: 'disk-filling', severity, text, hint }];
  });
}

function within(days: number): string {
  return days <= 1 ? 'within a day' : `in ${days} days`;
}

const pinWarningDays = 7;

/** Pins that are about to end on backups that then go. */
export function pinWarnings(entries: readonly CatalogEntry[], policy: RetentionPolicy, now: Date): StatusWarning[] {
  return entries.flatMap(({ id, kind, snapshotAt, pin }) => {
    if (!isPinned(pin, now) || pin.until === null) return [];
    const end = new Date(pin.until);
    const over = timeIsOver({ kind, takenAt: new Date(snapshotAt) }, policy);
    const isSoon = end.getTime() - now.getTime() < pinWarningDays * dayMilliseconds;
    if (!isSoon || !over || over > end) return [];
    const text = `The pin on ${id} (${pin.reason}) ends ${formatAgo(end, now)}, and the backup goes with it.`;
    return [
      {
        code: 'pin-ending',
        severity: 'warning',
        text,
        hint: `Keep it longer: keep ${id}, with a reason and a later day.`,
      },
    ];
  });
}
