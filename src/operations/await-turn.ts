import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../domain/failure.ts';
import { type Job, type JobKind, jobNames } from '../domain/job.ts';
import { formatDuration } from '../domain/measures.ts';
import type { World } from './world.ts';

/** Backups that keep DDL out while they run: on MariaDB only one session can, so they take turns. */
const guardingKinds: readonly JobKind[] = ['full-backup', 'schema-backup'];

const lookEvery = 500;

/** A structure takes seconds. What takes so much longer hangs, and must not keep the rows from being backed up unnoticed. */
const mostForStructure = 30 * 60_000;

/**
 * Waits until no such backup of the source runs that was started before this one. Those of dead processes do not count. Failure
 * `lock-timeout` where a schema backup is waited for in vain.
 */
export async function awaitTurn(
  world: Pick<World, 'state' | 'clock'>,
  job: Pick<Job, 'id' | 'source' | 'startedAt'>,
  { signal, onWaiting }: { signal: AbortSignal; onWaiting: (why: string) => void },
): Promise<void> {
  for (;;) {
    const before = world.state.jobs
      .running(job.source)
      .find((other) => guardingKinds.includes(other.kind) && other.id !== job.id && isBefore(other, job));
    if (!before) return;
    const waited = world.clock.now().getTime() - job.startedAt.getTime();
    if (before.kind === 'schema-backup' && waited > mostForStructure) throw hanging(before, waited);
    onWaiting(`waiting for the ${jobNames[before.kind]} that runs`);
    // The row of one that was killed would be waited for until somebody clears it away.
    world.state.jobs.markCutOff();
    await pause(lookEvery, undefined, { signal });
  }
}

function hanging({ source, startedAt }: Job, waited: number): Failure {
  const message = `The schema backup of ${source} that began ${startedAt.toISOString()} does not end; it was waited for ${formatDuration(waited)}.`;
  return new Failure('lock-timeout', message, {
    hint: 'Cancel it, in Slack or by Ctrl-C where it runs; then run this one again.',
  });
}

function isBefore(a: Pick<Job, 'id' | 'startedAt'>, b: Pick<Job, 'id' | 'startedAt'>): boolean {
  return (
    a.startedAt.getTime() - b.startedAt.getTime() < 0 ||
    (a.startedAt.getTime() === b.startedAt.getTime() && a.id < b.id)
  );
}
