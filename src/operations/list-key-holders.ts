import { backupIdOfKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import { binlogDayOfKey } from '../domain/binlog/segment.ts';
import type { Repository } from '../ports/repository.ts';

/** Something that has a key of its own: a backup set, or a day of binlogs. */
export interface KeyHolder {
  readonly id: string;
  readonly kind: 'set' | 'binlog-day';
  /** Where its `keys` object lies. */
  readonly keysAt: string;
}

/** Everything in a repository whose key must be opened to read it, in key order: sets with a manifest, and days of binlogs. */
export async function listKeyHolders(repository: Repository): Promise<KeyHolder[]> {
  const holders: KeyHolder[] = [];
  for await (const { key } of repository.list('')) {
    const id = backupIdOfKey(key);
    const day = binlogDayOfKey(key);
    if (id !== undefined && key.endsWith(`/${id}/${setObjects.manifest}`)) {
      holders.push({ id, kind: 'set', keysAt: `${setPrefix(id)}${setObjects.keys}` });
    }
    if (day !== undefined && key.endsWith(`/${day}/${setObjects.keys}`)) {
      holders.push({ id: day, kind: 'binlog-day', keysAt: key });
    }
  }
  return holders;
}
