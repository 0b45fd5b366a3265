import type { BackupId } from './backup-id.ts';
import type { Job } from './job.ts';

export type RetryDecision =
  | { kind: 'retry' }
  | { kind: 'moot'; why: 'not-failed' }
  | { kind: 'moot'; why: 'running'; jobId: string; startedBy: string; startedAt: Date }
  | { kind: 'moot'; why: 'succeeded-since'; backupId: BackupId | null; at: Date };

/** Does it still make sense to run a failed job again? `others` are jobs of the same source, in any order. */
export function decideRetry(job: Job, others: readonly Job[]): RetryDecision {
  if (job.outcome?.kind === 'succeeded' || job.outcome?.kind === 'found-bad')
    return { kind: 'moot', why: 'not-failed' };
  const alike = others.filter((other) => other.kind === job.kind && other.source === job.source);
  const running = alike.find((other) => other.outcome === null);
  if (running) {
    const { id, startedBy, startedAt } = running;
    return { kind: 'moot', why: 'running', jobId: id, startedBy, startedAt };
  }
  const since = alike.find((other) => other.outcome?.kind === 'succeeded' && other.startedAt > job.startedAt);
  if (since) {
    return { kind: 'moot', why: 'succeeded-since', backupId: since.backupId, at: since.finishedAt ?? since.startedAt };
  }
  return { kind: 'retry' };
}
