import type { CatalogEntry } from '../catalog.ts';
import { isPinned } from '../pin.ts';
import { retained } from '../retention/retained.ts';
import { type RetentionPolicy, timeIsOver } from '../retention/retention.ts';

/**
 * Ids of the backups that a copy should have: those whose time is not over, those that are pinned, and the newest of each kind. Of others, retention
 * decides where they lie; a copy that has given one up does not get it again because the primary still has it.
 */
export function worthCopying(
  entries: readonly CatalogEntry[],
  policy: RetentionPolicy,
  now: Date,
): ReadonlySet<string> {
  const newest = new Map<string, string>();
  for (const { id, kind } of entries) if (id > (newest.get(kind) ?? '')) newest.set(kind, id);
  const isYoung = (entry: CatalogEntry) => {
    const over = timeIsOver(retained(entry), policy);
    return over === undefined || over > now;
  };
  return new Set(
    entries
      .filter((entry) => isYoung(entry) || isPinned(entry.pin, now) || newest.get(entry.kind) === entry.id)
      .map(({ id }) => id),
  );
}
