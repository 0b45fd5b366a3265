import { formatBytes } from './measures.ts';
import type { RepositoryUse } from './storage-use.ts';

/** `12 GiB of backups, 40 GiB free, grows by 1.1 GiB a day, full in 36 days` */
export function fullWords({ bytes, freeBytes, growthPerDay, fullInDays }: RepositoryUse): string {
  const grows =
    growthPerDay >= 0
      ? `grows by ${formatBytes(growthPerDay)} a day`
      : `shrinks by ${formatBytes(-growthPerDay)} a day`;
  if (freeBytes === null) return `${formatBytes(bytes)} of backups, ${grows}`;
  const end =
    fullInDays === null ? 'not full within a year' : `full in ${fullInDays === 1 ? 'a day' : `${fullInDays} days`}`;
  return `${formatBytes(bytes)} of backups, ${formatBytes(freeBytes)} free, ${grows}, ${end}`;
}
