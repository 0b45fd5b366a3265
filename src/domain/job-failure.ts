import { backupKindMade, type FailureFacts, type Job, type JobKind, jobKinds } from './job.ts';

export interface LastFailure {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly at: Date;
  readonly failure: FailureFacts;
}

/** The newest failed job that no later job of its kind made good. */
export function unansweredFailure(jobs: readonly Job[]): LastFailure | null {
  for (const kind of jobKinds) {
    const last = jobs.find((job) => job.kind === kind && job.outcome !== null && job.outcome.kind !== 'cancelled');
    const failure = last && failureOf(last);
    if (last && failure) return { jobId: last.id, kind, at: last.finishedAt ?? last.startedAt, failure };
  }
  return null;
}

/** What went wrong with a job, cut-off included; undefined when nothing did. */
export function failureOf(job: Pick<Job, 'outcome' | 'kind'>): FailureFacts | undefined {
  if (job.outcome?.kind === 'failed') return job.outcome.failure;
  if (job.outcome?.kind !== 'cut-off') return undefined;
  return {
    code: 'cut-off',
    message: 'The process that ran it died before it was done.',
    hint: backupKindMade[job.kind] ? 'Nothing half-made is listed. Start it again.' : 'Start it again.',
    retryable: true,
  };
}
