import type { Job, JobKind } from '../domain/job.ts';
import type { Action, Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { decideRetry, type RetryDecision } from '../domain/retry.ts';
import { authorize } from './authorize.ts';
import { type BackupRequest, type StartedJob, startBackup } from './start-backup.ts';
import { startVerification } from './start-verification.ts';
import type { World } from './world.ts';

export interface RetryRequest {
  readonly principal: Principal;
  readonly jobId: string;
  readonly signal?: AbortSignal;
}

/** Handed in, so that tests can play jobs that need no server. */
export interface Starters {
  readonly startBackup: typeof startBackup;
  readonly startVerification: typeof startVerification;
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
  start: Starters = { startBackup, startVerification },
): RetryAnswer {
  const job = world.state.jobs.get(jobId);
  if (!job) return { kind: 'moot', why: 'unknown-job' };
  const { source } = job;
  // Only whoever may do it learns how it stands.
  const refusal = authorize(world, principal, actionOf[job.kind], source);
  if (refusal) return refusal;
  const decision = decideRetry(job, world.state.jobs.list({ source, limit: 100 }));
  if (decision.kind === 'moot') return decision;
  const common = { principal, source, trigger: 'retry' as const, ...(signal && { signal }) };
  return startAgain[job.kind](world, start, common, job);
}

const actionOf: Record<JobKind, Action> = {
  'full-backup': 'take-backup',
  'incremental-backup': 'take-backup',
  'schema-backup': 'take-backup',
  verification: 'verify',
};

const startAgain: Record<JobKind, (world: World, start: Starters, common: Common, job: Job) => StartedJob | Refusal> = {
  'full-backup': (world, start, common) => start.startBackup(world, { ...common, kind: 'full' }),
  'incremental-backup': (world, start, common) => start.startBackup(world, { ...common, kind: 'incremental' }),
  'schema-backup': (world, start, common) => start.startBackup(world, { ...common, kind: 'schema' }),
  verification: (world, start, common, { backupId }) =>
    start.startVerification(world, { ...common, backup: backupId ?? 'latest' }),
};

type Common = Pick<BackupRequest, 'principal' | 'trigger' | 'signal'> & { readonly source: string };
