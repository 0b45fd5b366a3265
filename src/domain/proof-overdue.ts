import { formatAgo } from './measures.ts';

/** When backups were last restored for proof (or, never, since when there is one), and how often they are to be. */
export interface Proofs {
  readonly restoredAt: Date | null | undefined;
  readonly oldestBackup: Date | undefined;
  readonly everyDays: number | undefined;
}

/** A sentence for people when proofs are missing for a second time running: one may fail and be tried again the next day. */
export function proofOverdue({ restoredAt, oldestBackup, everyDays }: Proofs, now: Date): string | undefined {
  const since = restoredAt ?? oldestBackup;
  if (everyDays === undefined || !since) return undefined;
  if (now.getTime() - since.getTime() < 2 * everyDays * 86_400_000) return undefined;
  return restoredAt
    ? `The last backup that was restored for proof was so ${formatAgo(since, now)}.`
    : 'No backup has been restored for proof yet.';
}
