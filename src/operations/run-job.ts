import { setTimeout as pause } from 'node:timers/promises';
import { Failure, toFailure } from '../domain/failure.ts';
import type { Job, Outcome, Progress } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { NewJob } from '../ports/state.ts';
import type { World } from './world.ts';

/** A job that runs in this process; `done` never rejects: a failure is an outcome. */
export type StartedJob = { kind: 'started'; job: Job; done: Promise<Outcome> };

/** What a job's work is given. */
export interface JobContext {
  readonly job: Job;
  /** Aborted when somebody cancels the job or the process is asked to end. */
  readonly signal: AbortSignal;
  /** Shows progress; may be called as often as one likes. */
  progress(progress: Progress): void;
  backupIs(id: string): void;
}

export interface JobRequest {
  readonly principal: Principal;
  readonly job: Omit<NewJob, 'startedBy'>;
  readonly signal?: AbortSignal;
}

const lifeSignMilliseconds = 2_000;
const progressMilliseconds = 250;

/** Starts work under a lease and returns at once; refused when the same kind of job already runs on that source. */
export function runJob(
  world: World,
  request: JobRequest,
  work: (context: JobContext) => Promise<Outcome>,
): StartedJob | Refusal {
  const start = world.state.jobs.start({ ...request.job, startedBy: request.principal.name });
  if (start.kind === 'busy') {
    noteInAudit(world, request.principal, start.running, 'refused', { reason: 'already-running' });
    return alreadyRunning(start.running);
  }
  noteInAudit(world, request.principal, start.job, 'started', { trigger: start.job.trigger });
  return { kind: 'started', job: start.job, done: conductJob(world, request, start.job, work) };
}

async function conductJob(
  world: World,
  request: JobRequest,
  job: Job,
  work: (context: JobContext) => Promise<Outcome>,
): Promise<Outcome> {
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const endLifeSigns = world.clock.every(lifeSignMilliseconds, async () => {
    try {
      world.state.leases.beat();
      const canceller = world.state.jobs.cancelRequested(job.id);
      if (canceller !== undefined) stop.abort(cancelled(`cancelled by ${canceller}`));
    } catch (error) {
      world.log.warn({ job: job.id, error: toFailure(error).message }, 'a sign of life could not be written');
    }
  });
  const reporter = progressReporter(world, job);
  let outcome: Outcome;
  try {
    outcome = await work({
      job,
      signal,
      progress: reporter.report,
      backupIs: (backupId) => world.state.jobs.report(job.id, { backupId }),
    });
  } catch (error) {
    outcome = outcomeOf(error, signal);
  } finally {
    endLifeSigns();
    reporter.flush();
  }
  outcome = await writeEnd(world, request.principal, job, outcome);
  if (outcome.kind === 'failed')
    world.log.error({ job: job.id, source: job.source, ...outcome.failure }, `${job.kind} failed`);
  return outcome;
}

const writeAttempts = 10;

/**
 * As long as a job's end is not written it counts as running, and no other of its kind may start: so a state that takes no writes is tried
 * for some seconds. Where that is in vain the job failed, whatever else it did; what it made is found by the next one.
 */
async function writeEnd(world: World, principal: Principal, job: Job, outcome: Outcome): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      world.state.jobs.finish(job.id, outcome);
      noteInAudit(world, principal, job, outcome.kind, detailOf(outcome));
      return outcome;
    } catch (error) {
      if (attempt === writeAttempts) return failedWith(error);
      await pause(1_000);
    }
  }
}

/** Progress is written to state a few times a second at most; the last word always. */
function progressReporter(world: World, job: Job): { report(progress: Progress): void; flush(): void } {
  let waiting: Progress | undefined;
  let lastStep = '';
  let writtenAt = 0;
  const flush = () => {
    try {
      if (waiting) world.state.jobs.report(job.id, { progress: waiting });
    } catch (error) {
      // No backup fails because nobody can be shown how far it is.
      world.log.warn({ job: job.id, error: toFailure(error).message }, 'progress could not be written');
    }
    waiting = undefined;
  };
  return {
    report(progress) {
      waiting = progress;
      const now = world.clock.now().getTime();
      if (progress.step === lastStep && now - writtenAt < progressMilliseconds) return;
      lastStep = progress.step;
      writtenAt = now;
      flush();
    },
    flush,
  };
}

function outcomeOf(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted && (!(signal.reason instanceof Failure) || signal.reason.code === 'cancelled')) {
    return { kind: 'cancelled', reason: signal.reason instanceof Failure ? signal.reason.message : 'asked to stop' };
  }
  return failedWith(signal.aborted ? signal.reason : error);
}

function failedWith(error: unknown): Outcome {
  const { code, message, hint, retryable } = toFailure(error);
  return { kind: 'failed', failure: { code, message, hint, retryable } };
}

/** The reason to abort a job with, when people want it ended. */
export function cancelled(why: string): Failure {
  return new Failure('cancelled', why, { hint: 'Run it again when you want it done.' });
}

export function alreadyRunning(job: Job): Refusal {
  return {
    kind: 'refused',
    reason: 'already-running',
    jobId: job.id,
    jobKind: job.kind,
    source: job.source,
    startedBy: job.startedBy,
    startedAt: job.startedAt.toISOString(),
  };
}

function noteInAudit(
  world: World,
  principal: Principal,
  job: Job,
  what: string,
  detail: Record<string, string | number | boolean>,
): void {
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: `${job.kind}.${what}`,
    source: job.source,
    subject: job.id,
    detail,
  });
}

function detailOf(outcome: Outcome): Record<string, string | number | boolean> {
  switch (outcome.kind) {
    case 'succeeded':
      return { backup: outcome.backupId };
    case 'found-bad':
      return { backup: outcome.backupId, findings: outcome.findings };
    case 'failed':
      return { code: outcome.failure.code };
    case 'cancelled':
      return { reason: outcome.reason };
    case 'cut-off':
      return {};
  }
}
