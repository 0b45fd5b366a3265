import type { CatalogEntry } from '../../../domain/catalog.ts';
import type { FailureFacts, Job } from '../../../domain/job.ts';
import { formatCount, formatDuration } from '../../../domain/measures.ts';
import type { SourceStatus } from '../../../domain/status.ts';
import { capital, formatInstant, shorten } from '../../../domain/wording.ts';
import { startedWords, workOf } from './job-words.ts';
import {
  actions,
  button,
  context,
  type Message,
  message,
  runButton,
  runMenu,
  section,
  smallVerbatim,
  verbatim,
} from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';

/** A job that failed or was cut off: severity, source and risk first, then the buttons, then what happened and what to do. */
export function failedJobMessage(job: Job, failure: FailureFacts, status: SourceStatus, now: Date): Message {
  const title = alertTitle(job.source, status);
  const what = `${workOf(job)} ${failure.code === 'cut-off' ? 'was cut off' : 'failed'}`;
  const tried = formatDuration((job.finishedAt ?? now).getTime() - job.startedAt.getTime());
  const story = escapeMrkdwn(`${shorten(failure.message, 1200)} Next: ${shorten(failure.hint, 1200)}`);
  return message(`${title}: ${what}. ${story}`, [
    section(`${bold(title)}\n${capital(what)} at ${formatInstant(job.finishedAt ?? now, now)}.`),
    actions(
      button('Retry', 'retry', job.id, 'primary'),
      runButton('Status', `status ${job.source}`, 1),
      runMenu([[`All backups of ${job.source}`, `backups ${job.source}`]]),
    ),
    section('*What happened*'),
    verbatim(shorten(failure.message, 1200)),
    section(`*At risk now*\n${escapeMrkdwn(capital(status.risk.sentence))}.`),
    section('*Next step*'),
    verbatim(shorten(failure.hint, 1200)),
    context(`${code(failure.code)} · tried for ${tried} · ${startedWords(job)}`),
  ]);
}

/** More are a file in the alert's thread. */
export const mostFindings = 6;

/** A verification, or a backup's own, that found the backup bad. `entry` holds what was found, at least the first of it. */
export function badBackupMessage(
  job: Job,
  findings: number,
  entry: Pick<CatalogEntry, 'findings'> | undefined,
  status: SourceStatus,
  now: Date,
): Message {
  const title = alertTitle(job.source, status);
  const id = job.backupId ?? '';
  const count = findings === 1 ? 'one thing' : `${findings} things`;
  const known = entry?.findings ?? [];
  const first = known[0] === undefined ? '' : ` ${escapeMrkdwn(shorten(known[0], 300))}.`;
  return message(`${title}: backup ${id} is bad. Verification found ${count} wrong.${first} Take a full backup now.`, [
    section(`${bold(title)}\nVerification found a backup bad at ${formatInstant(job.finishedAt ?? now, now)}.`),
    actions(
      runButton('Take a full backup', `backup full ${job.source}`, 0, 'primary'),
      runButton('Status', `status ${job.source}`, 1),
      runMenu([
        ['Details of the bad backup', `show ${id}`],
        ['Verify it again', `verify ${id}`],
      ]),
    ),
    section(
      `*What happened*\n${capital(count)} in ${code(id)} ${findings === 1 ? 'is' : 'are'} not as written. It does not count as a backup any more.`,
    ),
    ...findingBlocks(known, findings),
    section(`*At risk now*\n${escapeMrkdwn(capital(status.risk.sentence))}.`),
    section('*Next step*\nTake a full backup now; then find out what changed this one.'),
    context(startedWords(job)),
  ]);
}

/** What is wrong, object by object, as far as a message has room for it. `all` counts also those that nobody wrote down. */
export function findingBlocks(findings: readonly string[], all = findings.length): ReturnType<typeof verbatim>[] {
  if (findings.length === 0) return [];
  const shown = findings.slice(0, mostFindings).map((finding) => `✗ ${shorten(finding, 300)}`);
  const more = all > shown.length ? [`… and ${formatCount(all - shown.length)} more`] : [];
  return [verbatim([...shown, ...more].join('\n'))];
}

/** `🔴 CRITICAL · alumni · 26 h of changes at risk`: at most 90 characters, so that a locked phone shows all of it. */
export function alertTitle(source: string, status: Pick<SourceStatus, 'standing' | 'risk'>): string {
  const critical = status.standing === 'critical' || status.risk.kind !== 'since';
  return `${critical ? '🔴 CRITICAL' : '🟠 WARNING'} · ${source} · ${status.risk.brief}`;
}

/** An alert that a later success has answered: what was, without alarm or buttons. */
export function answeredAlertMessage(job: Job, by: Job, now: Date): Message {
  const what = job.outcome?.kind === 'found-bad' ? 'found a backup bad' : 'failed';
  const title = `${job.source}: made good`;
  const success = `${capital(workOf(by))} succeeded at ${formatInstant(by.finishedAt ?? now, now)}`;
  return message(`${title}. ${success}.`, [
    section(`✅ ${bold(title)} · ${success}, ${startedWords(by)}`),
    context(`${workOf(job)} ${what} at ${formatInstant(job.finishedAt ?? now, now)}, ${startedWords(job)}`),
    ...(job.outcome?.kind === 'failed' ? [smallVerbatim(shorten(job.outcome.failure.message, 400))] : []),
  ]);
}

/** What stays in the day's thread when the alert stands in the channel. */
export function failedInThreadMessage(job: Job, failure: FailureFacts): Message {
  return message(`${job.source}: ${workOf(job)} failed; the alert is in the channel`, [
    section(`🔴 ${bold(`${capital(workOf(job))} of ${job.source}`)} · failed · the alert is in the channel`),
    context(`${code(failure.code)} · ${startedWords(job)}`),
  ]);
}

/** What is said to those who are away from the channel's end: an update notifies nobody. */
export function failedReplyMessage(job: Job, status: SourceStatus, mention: string): Message {
  const title = alertTitle(job.source, status);
  const text = `${title}: ${workOf(job)} failed`;
  return message(text, [
    section(`${mention}${bold(title)} · ${workOf(job)} failed; what happened and what to do stands above.`),
  ]);
}

export function cancelledJobMessage(job: Job, reason: string): Message {
  const text = `${job.source}: ${workOf(job)} stopped before it was done`;
  return message(text, [
    section(`⏹️ ${bold(`${capital(workOf(job))} of ${job.source}`)} · stopped before it was done`),
    context(`${escapeMrkdwn(shorten(reason, 300))} · ${startedWords(job)} · nothing half-made is kept`),
    actions(button('Start again', 'retry', job.id)),
  ]);
}
