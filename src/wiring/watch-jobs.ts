import { setImmediate } from 'node:timers/promises';
import type { World } from '../operations/world.ts';
import type { Jobs } from '../ports/state.ts';

/** The same world, and a way to wait until every job that this process started has ended. */
export function watchJobs(world: World): { world: World; settled: () => Promise<void> } {
  const running = new Set<string>();
  let whenNone: (() => void)[] = [];
  const { jobs } = world.state;
  const watched: Jobs = {
    ...jobs,
    start(job) {
      const started = jobs.start(job);
      if (started.kind === 'started') running.add(started.job.id);
      return started;
    },
    finish(id, outcome) {
      jobs.finish(id, outcome);
      running.delete(id);
      if (running.size > 0) return;
      for (const resolve of whenNone) resolve();
      whenNone = [];
    },
  };
  return {
    world: { ...world, state: { ...world.state, jobs: watched } },
    async settled() {
      if (running.size > 0) await new Promise<void>((resolve) => whenNone.push(resolve));
      // A job's last words in the audit log come right behind its end.
      await setImmediate();
    },
  };
}
