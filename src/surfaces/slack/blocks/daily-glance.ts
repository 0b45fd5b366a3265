import type { CatalogEntry } from '../../../domain/catalog.ts';
import { backupKindMade, type Job } from '../../../domain/job.ts';
import { formatBytes, formatDuration } from '../../../domain/measures.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import { formatInstant } from '../../../domain/wording.ts';
import { caughtUpWords, workOf } from './job-words.ts';
import { context, type Message, message, section } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

export interface Glance {
  /** The UTC day, `2026-11-23`. */
  readonly day: string;
  readonly sources: readonly SourceStatus[];
  /** The day's jobs, oldest first. */
  readonly jobs: readonly Job[];
  readonly entries: ReadonlyMap<string, CatalogEntry>;
}

const mostJobs = 12;

/** The head of a day's thread: how the sources stand and what ran, in one look. */
export function dailyGlanceMessage({ day, sources, jobs, entries }: Glance): Message {
  const title = new Date(`${day}T00:00:00Z`).toLocaleDateString('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
  const lines = jobs.slice(-mostJobs).map((job) => jobLine(job, entries));
  const earlier = jobs.length > mostJobs ? [`… and ${jobs.length - mostJobs} earlier`] : [];
  const standing = sources.map(
    (status) =>
      `${signs[status.standing]} ${bold(status.source)} · ${standingWords(status, new Date(`${day}T00:00:00Z`))}`,
  );
  return message(`${title}: ${sources.map(({ source, standing }) => `${source} ${standing}`).join(', ')}`, [
    section([`📅 *${title}* (UTC)`, ...standing].join('\n')),
    jobs.length > 0 ? context([...earlier, ...lines].join('\n')) : undefined,
  ]);
}

const signs = { good: '🟢', warning: '🟠', critical: '🔴' } as const;

/** A head stands for hours and is not redrawn by the minute: no "ago" in it. */
function standingWords({ recovery, warnings }: SourceStatus, day: Date): string {
  const { newest, newestProven } = recovery;
  if (!newest) return 'no backup yet';
  const to = `recoverable to ${formatInstant(newest.at, day)}`;
  const proof = newestProven?.backupId === newest.backupId ? 'proven' : 'not proven yet';
  const more =
    warnings.length > 0
      ? ` · ${warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}, see \`/backup status\``
      : '';
  return `${to}, ${proof}${more}`;
}

function jobLine(job: Job, entries: ReadonlyMap<string, CatalogEntry>): string {
  const time = job.startedAt.toISOString().slice(11, 16);
  const what = `${time} ${escapeMrkdwn(job.source)}: ${workOf(job)}`;
  const outcome = job.outcome;
  if (!outcome) return `⏳ ${what} running`;
  const took = formatDuration((job.finishedAt ?? job.startedAt).getTime() - job.startedAt.getTime());
  switch (outcome.kind) {
    case 'succeeded': {
      const entry = backupKindMade[job.kind] && entries.get(outcome.backupId);
      const size = entry ? `${formatBytes(entry.rawBytes)} in ` : 'in ';
      return `✅ ${what}, ${size}${took}${job.trigger === 'catch-up' ? `, ${caughtUpWords(job)}` : ''}`;
    }
    case 'found-bad':
      return `🔴 ${what} found the backup *bad*`;
    case 'failed':
      return `🔴 ${what} failed (${escapeMrkdwn(outcome.failure.code)})`;
    case 'cancelled':
      return `⏹️ ${what} stopped`;
    case 'cut-off':
      return `🔴 ${what} cut off`;
    default:
      return outcome satisfies never;
  }
}
