import { backupReport } from '../../domain/backup-report.ts';
import type { Job, JobKind } from '../../domain/job.ts';
import { failureOf } from '../../domain/job-failure.ts';
import { measurePace, type Sample } from '../../domain/rate.ts';
import { capital } from '../../domain/wording.ts';
import type { World } from '../../operations/world.ts';
import { badBackupMessage, cancelledJobMessage, failedJobMessage } from './blocks/failed-job.ts';
import { finishedBackupMessage } from './blocks/finished-backup.ts';
import { finishedVerificationMessage } from './blocks/finished-verification.ts';
import { workOf } from './blocks/job-words.ts';
import { type Message, message, section } from './blocks/message.ts';
import { bold } from './blocks/mrkdwn.ts';
import { runningJobMessage } from './blocks/running-job.ts';
import type { Operations } from './operations.ts';
import { withPlaces } from './with-places.ts';

/** What there is to say about a job as it stands now, from its row and the catalog. */
export function viewJob(world: World, operations: Pick<Operations, 'statusOf'>, job: Job, samples: Sample[]): Message {
  const now = world.clock.now();
  const { outcome } = job;
  if (!outcome) return runningJobMessage(job, measurePace(samples, job.progress?.totalBytes ?? 0), now);
  const failure = failureOf(job);
  if (failure) return failedJobMessage(job, failure, operations.statusOf(world, job.source, now), now);
  switch (outcome.kind) {
    case 'succeeded':
      return viewSuccess[job.kind](world, job);
    case 'found-bad':
      return badBackupMessage(
        job,
        outcome.findings,
        entryOf(world, job),
        operations.statusOf(world, job.source, now),
        now,
      );
    case 'cancelled':
      return cancelledJobMessage(job, outcome.reason);
    default:
      throw new Error(`A job ended in a way that has no message: ${outcome.kind}`);
  }
}

const viewSuccess: Record<JobKind, (world: World, job: Job) => Message> = {
  'full-backup': viewBackup,
  'incremental-backup': viewBackup,
  'schema-backup': viewBackup,
  verification: (world, job) => finishedVerificationMessage(job, entryOf(world, job)),
};

function viewBackup(world: World, job: Job): Message {
  const entry = entryOf(world, job);
  if (entry) {
    const others = world.state.catalog.list({ source: job.source, kind: entry.kind, limit: 20 });
    return finishedBackupMessage(job, withPlaces(world, backupReport(entry, others)), world.clock.now());
  }
  // Removed since, or a catalog not rebuilt yet.
  const text = `${job.source}: ${workOf(job)} done`;
  return message(text, [
    section(`☑️ ${bold(`${capital(workOf(job))} of ${job.source}`)} · done · not in the catalog any more`),
  ]);
}

function entryOf(world: World, job: Job) {
  return job.backupId === null ? undefined : world.state.catalog.get(job.backupId);
}

/** Is this an end that somebody must act on? */
export function isAlarming(job: Job): boolean {
  return failureOf(job) !== undefined || job.outcome?.kind === 'found-bad';
}
