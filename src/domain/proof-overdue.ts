import { formatAgo } from './measures.ts';
import type { FullSchedule, RecoveryPoint, StatusWarning } from './status.ts';

/** A proof that is missing for a second time running: one may fail and be tried again the next day. */
export function proofOverdue(
  schedule: FullSchedule | undefined,
  { newest, newestRestored, oldest }: Record<'newest' | 'newestRestored' | 'oldest', RecoveryPoint | null>,
  now: Date,
): StatusWarning | undefined {
  const since = newestRestored?.restoredAt ?? oldest?.at;
  if (schedule?.proveEveryDays === undefined || !newest || !since) return undefined;
  if (now.getTime() - since.getTime() < 2 * schedule.proveEveryDays * 86_400_000) return undefined;
  const text = newestRestored
    ? `The last backup that was restored for proof was so ${formatAgo(since, now)}.`
    : 'No backup has been restored for proof yet.';
  return { code: 'proof-overdue', severity: 'warning', text, hint: `Do it now: verify ${newest.backupId} --deep.` };
}
