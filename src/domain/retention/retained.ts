import { type CatalogEntry, isReadable } from '../catalog.ts';
import type { Schedules } from '../schedule.ts';
import type { RetainedEntry } from './prune-plan.ts';
import type { RetentionPolicy } from './retention.ts';

/** What a listed backup is to retention. An incremental one holds nothing of its own: the binlog files that it stands for lie beside it. */
export function retained(entry: CatalogEntry): RetainedEntry {
  const { id, kind, snapshotAt, verified, storedBytes, pin } = entry;
  const state = isReadable(entry) ? (verified?.verdict ?? 'unverified') : 'shredded';
  return { id, kind, takenAt: new Date(snapshotAt), state, pin, bytes: entry.binlogs ? 0 : storedBytes };
}

/** Days that each kind is kept: `keep` of its schedule. */
export function retentionPolicy(schedules: Schedules): RetentionPolicy {
  return Object.fromEntries(Object.entries(schedules).map(([kind, { keepDays }]) => [kind, keepDays]));
}
