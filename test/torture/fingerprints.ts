import { backupIdOfKey } from '../../src/domain/backup-set.ts';
import type { Place } from './place.ts';

/** What tells the objects of the good backups from any others, by key. */
export async function fingerprintsOf({ store, good }: Place): Promise<Map<string, string>> {
  const prints = await store.prints();
  return new Map([...prints].filter(([key]) => good.includes(backupIdOfKey(key) ?? '')));
}
