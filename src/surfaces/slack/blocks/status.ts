import { placesWords } from '../../../domain/binlog/binlog-status.ts';
import { countOf, formatAgo, formatDuration } from '../../../domain/measures.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import { capital, formatInstant } from '../../../domain/wording.ts';
import { workOf } from './job-words.ts';
import {
  actions,
  context,
  type Message,
  message,
  runButton,
  runMenu,
  section,
  smallVerbatim,
  verbatim,
} from './message.ts';
import { bold, code, escapeMrkdwn, person, readersTime } from './mrkdwn.ts';

/** How the sources stand, what people fear first. */
export function statusMessage(sources: readonly SourceStatus[], now: Date): Message {
  const text = sources.map((status) => `${signs[status.standing]} ${status.source}: ${status.headline}`).join('\n');
  return message(
    text,
    sources.flatMap((status, index) => sourceBlocks(status, now, index)),
  );
}

const signs = { good: '🟢', warning: '🟠', critical: '🔴' } as const;

function sourceBlocks(status: SourceStatus, now: Date, index: number) {
  const { source, recovery } = status;
  const newest = recovery.newest;
  return [
    index > 0 ? ({ type: 'divider' } as const) : undefined,
    section(`${signs[status.standing]} ${bold(source)}\n${capital(escapeMrkdwn(status.headline))}`),
    ...status.warnings
      .slice(0, 6)
      .flatMap(({ severity, text, hint }) => [
        verbatim(`${severity === 'critical' ? '🔴' : '⚠️'} ${text}`),
        smallVerbatim(`→ ${hint}`),
      ]),
    ...status.running.map((job) =>
      context(
        `⏳ ${capital(workOf(job))} running for ${formatDuration(now.getTime() - job.startedAt.getTime())}, started by ${person(job.startedBy)}`,
      ),
    ),
    context(reachWords(status, now)),
    actions(...sourceButtons(status, newest?.provenAt === null ? newest.backupId : undefined, index)),
  ];
}

function reachWords({ recovery, lastGood, copies }: SourceStatus, now: Date): string {
  const gone = recovery.shredded > 0 ? [`${countOf(recovery.shredded, 'backup')} shredded`] : [];
  if (!recovery.newest || !recovery.oldest) return ['No backup is listed yet', ...gone].join(' · ');
  const back =
    recovery.backups === 1
      ? 'one backup is kept'
      : `${recovery.backups} backups reach back to ${formatInstant(recovery.oldest.at, now)} (${formatAgo(recovery.oldest.at, now)})`;
  const last = lastGood.map(
    ({ kind, backupId, at }) => `last good ${kind}: ${code(backupId)}, ${readersTime(at)} your time`,
  );
  const places = placesWords(recovery.places, now);
  const elsewhere = copies.map(({ copy, words }) => `copy ${escapeMrkdwn(`${copy} ${words}`)}`);
  return [...(places === '' ? [] : [places]), capital(back), ...last, ...elsewhere, ...gone].join(' · ');
}

function sourceButtons({ source, running, standing }: SourceStatus, unproven: string | undefined, index: number) {
  const busy = running.some(({ kind }) => kind === 'full-backup');
  const place = index * 2;
  const take = runButton(
    'Take a full backup',
    `backup full ${source}`,
    place,
    standing === 'critical' ? 'primary' : undefined,
  );
  return [
    ...(busy ? [] : [take]),
    ...(unproven ? [runButton('Verify the newest', `verify ${unproven}`, place + 1)] : []),
    runMenu([
      ['List backups', `backups ${source}`],
      ['Details of the latest', `show latest ${source}`],
      ['What may I do?', 'whoami'],
    ]),
  ];
}
