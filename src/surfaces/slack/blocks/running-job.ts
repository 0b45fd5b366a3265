import type { Job } from '../../../domain/job.ts';
import { formatBytes, formatDuration, formatRate } from '../../../domain/measures.ts';
import type { Pace } from '../../../domain/rate.ts';
import { capital, formatInstant } from '../../../domain/wording.ts';
import { startedWords, stepWords, workOf } from './job-words.ts';
import { actions, button, confirmed, context, type Message, message, section } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';
import { progressBar } from './progress-bar.ts';

/** A job under way: what, how far, how fast, how long yet. */
export function runningJobMessage(job: Job, pace: Pace, now: Date): Message {
  const { progress } = job;
  const title = `⏳ ${bold(`${capital(workOf(job))} of ${job.source}`)}`;
  const step = progress ? stepWords[progress.step] : 'starting';
  const elapsed = formatDuration(now.getTime() - job.startedAt.getTime());
  const details = [
    `started ${formatInstant(job.startedAt, now)}, ${startedWords(job)}`,
    progress && progress.totalParts > 0 && `${progress.doneParts} of ${progress.totalParts} parts`,
    progress && progress.storedBytes > 0 && `${formatBytes(progress.storedBytes)} stored`,
  ];
  return message(`${capital(workOf(job))} of ${job.source} is running: ${step}, ${elapsed} so far`, [
    section([`${title} · ${step}`, paceLine(job, pace)].filter(Boolean).join('\n')),
    progress?.note ? context(`⚠️ ${escapeMrkdwn(progress.note)}`) : undefined,
    context(details.filter(Boolean).join(' · ')),
    actions(
      confirmed(button('Stop', 'cancel', job.id), {
        title: `Stop the ${workOf(job)}?`,
        text: 'Nothing half-made is kept. It can be started again.',
        yes: 'Stop it',
        no: 'Let it run',
      }),
    ),
  ]);
}

function paceLine({ progress }: Job, pace: Pace): string | undefined {
  if (!progress || progress.totalBytes === 0) return undefined;
  const fraction = pace.fraction ?? progress.doneBytes / progress.totalBytes;
  const moving = pace.bytesPerSecond !== undefined && pace.bytesPerSecond > 0;
  const parts = [
    progressBar(fraction),
    `${formatBytes(Math.min(progress.doneBytes, progress.totalBytes))} of about ${formatBytes(progress.totalBytes)}`,
    moving && formatRate(pace.bytesPerSecond ?? 0),
    moving &&
      pace.secondsLeft !== undefined &&
      pace.secondsLeft > 0 &&
      `${formatDuration(pace.secondsLeft * 1000)} left`,
  ];
  return parts.filter(Boolean).join('  ·  ');
}
