import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { decideRetry, type RetryDecision } from '../domain/retry.ts';
import { authorize } from './authorize.ts';
import { type StartedJob, startBackup } from './start-backup.ts';
import { startVerification } from './start-verification.ts';
import type { World } from './world.ts';

export interface RetryRequest {
  readonly principal: Principal;
  readonly jobId: string;
  readonly signal?: AbortSignal;
}

export type RetryAnswer =
  | StartedJob
  | Refusal
  | Exclude<RetryDecision, { kind: 'retry' }>
  | { kind: 'moot'; why: 'unknown-job' };

/** Runs a failed job again, if whoever asks may and nothing made it needless meanwhile. */
export function retryJob(
  world: World,
  { principal, jobId, signal }: RetryRequest,
  start = { startBackup, startVerification },
): RetryAnswer {
  const job = world.state.jobs.get(jobId);
  if (!job) return { kind: 'moot', why: 'unknown-job' };
  const { source } = job;
  const action = job.kind === 'full-backup' ? 'take-backup' : 'verify';
  // Only whoever may do it learns how it stands.
  const refusal = authorize(world, principal, action, source);
  if (refusal) return refusal;
  const decision = decideRetry(job, world.state.jobs.list({ source, limit: 100 }));
  if (decision.kind === 'moot') return decision;
  const common = { principal, source, trigger: 'retry' as const, ...(signal && { signal }) };
  return job.kind === 'full-backup'
    ? start.startBackup(world, { ...common, kind: 'full' })
    : start.startVerification(world, { ...common, backup: job.backupId ?? 'latest' });
}
