import { setTimeout as pause } from 'node:timers/promises';
import { type Job, type JobKind, jobNames } from '../domain/job.ts';
import type { World } from './world.ts';

/** Backups that keep DDL out while they run: on MariaDB only one session can, so they take turns. */
const guardingKinds: readonly JobKind[] = ['full-backup', 'schema-backup'];

const lookEvery = 500;

/** Waits until no such backup of the source runs that was started before this one. Those of dead processes do not count. */
export async function awaitTurn(
  world: Pick<World, 'state'>,
  job: Pick<Job, 'id' | 'source' | 'startedAt'>,
  { signal, onWaiting }: { signal: AbortSignal; onWaiting: (why: string) => void },
): Promise<void> {
  for (;;) {
    const before = world.state.jobs
      .running(job.source)
      .find((other) => guardingKinds.includes(other.kind) && other.id !== job.id && isBefore(other, job));
    if (!before) return;
    onWaiting(`waiting for the ${jobNames[before.kind]} that runs`);
    // The row of one that was killed would be waited for until somebody clears it away.
    world.state.jobs.markCutOff();
    await pause(lookEvery, undefined, { signal });
  }
}

function isBefore(a: Pick<Job, 'id' | 'startedAt'>, b: Pick<Job, 'id' | 'startedAt'>): boolean {
  return (
    a.startedAt.getTime() - b.startedAt.getTime() < 0 ||
    (a.startedAt.getTime() === b.startedAt.getTime() && a.id < b.id)
  );
}
