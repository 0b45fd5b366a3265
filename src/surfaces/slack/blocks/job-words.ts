import { type Job, type JobStep, jobNames, type Trigger } from '../../../domain/job.ts';
import { countOf, formatMoment } from '../../../domain/measures.ts';
import { person } from './mrkdwn.ts';

/** `full backup`, `verification`. */
export function workOf(job: Pick<Job, 'kind'>): string {
  return jobNames[job.kind];
}

export const stepWords: Record<JobStep, string> = {
  preparing: 'looking at the server',
  locking: 'taking the snapshot',
  dumping: 'dumping and storing',
  shipping: 'waiting until binlogs are shipped',
  committing: 'writing the manifest',
  verifying: 're-reading and checking',
  restoring: 'restoring onto a scratch server',
  comparing: 'comparing what was restored',
};

/** Who or what set a job going, to end a sentence with. */
export function startedWords(job: Pick<Job, 'trigger' | 'startedBy' | 'due'>): string {
  const words: Record<Trigger, string> = {
    request: `asked for by ${person(job.startedBy)}`,
    retry: `run again by ${person(job.startedBy)}`,
    schedule: onTimeWords(job),
    'catch-up': caughtUpWords(job),
  };
  return words[job.trigger];
}

function onTimeWords({ due }: Pick<Job, 'due'>): string {
  if (!due || due.missed === 0) return 'on schedule';
  return `on schedule, after ${countOf(due.missed, 'run')} missed while Tidemark was down`;
}

/** Which run it makes up for, and how many were missed with it. */
export function caughtUpWords({ due }: Pick<Job, 'due'>): string {
  if (!due) return 'catching up on a run that was missed while Tidemark was down';
  const which = due.missed > 1 ? `the last of ${countOf(due.missed, 'run')} missed` : 'missed';
  return `catching up on ${formatMoment(due.moment)}, ${which} while Tidemark was down`;
}
