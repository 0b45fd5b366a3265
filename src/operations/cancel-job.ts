import type { Job } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

export type CancelAnswer =
  | Refusal
  /** Whoever runs the job ends it within seconds; its outcome says so. */
  | { kind: 'asked'; job: Job }
  | { kind: 'moot'; why: 'unknown-job' | 'ended' };

/** Asks whoever runs a job to stop it: the bot, or a shell. */
export function cancelJob(world: World, { principal, jobId }: { principal: Principal; jobId: string }): CancelAnswer {
  const job = world.state.jobs.get(jobId);
  if (!job) return { kind: 'moot', why: 'unknown-job' };
  const refusal = authorize(world, principal, 'cancel-job', job.source);
  if (refusal) return refusal;
  if (job.outcome) return { kind: 'moot', why: 'ended' };
  world.state.jobs.requestCancel(jobId, principal.name);
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: `${job.kind}.cancel-requested`,
    source: job.source,
    subject: jobId,
  });
  return { kind: 'asked', job };
}
