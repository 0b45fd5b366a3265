import { describe, expect, it } from 'vitest';
import type { Outcome, Progress } from '../../src/domain/job.ts';
import { type JobContext, runJob } from '../../src/operations/run-job.ts';
import { dba } from '../support/backup-world.ts';
import { smallWorld } from '../support/small-world.ts';

const progress: Progress = {
  step: 'dumping',
  doneBytes: 1,
  totalBytes: 2,
  storedBytes: 1,
  doneParts: 0,
  totalParts: 1,
};
const succeeded: Outcome = { kind: 'succeeded', backupId: '20261123T020000Z-full-alumni-x7k2' };

describe('a job whose state takes no writes for a moment', () => {
  /** A world whose state refuses the first `times` calls of one of its methods. */
  function refusing(method: 'finish' | 'report' | 'beat', times: number) {
    const world = smallWorld();
    const part = method === 'beat' ? world.state.leases : world.state.jobs;
    const real: (...args: never[]) => unknown = Reflect.get(part, method);
    let left = times;
    Object.assign(part, {
      [method]: (...args: never[]) => {
        left -= 1;
        if (left >= 0) throw new Error('database or disk is full');
        return real(...args);
      },
    });
    return world;
  }

  async function run(world: ReturnType<typeof smallWorld>, work: (context: JobContext) => Promise<Outcome>) {
    const job = { kind: 'full-backup', source: 'alumni', trigger: 'request' } as const;
    const started = runJob(world, { principal: dba, job }, work);
    if (started.kind === 'refused') throw new Error(started.reason);
    return { id: started.job.id, outcome: await started.done };
  }

  it('ends as what it was, and does not count as running for ever', async () => {
    const world = refusing('finish', 1);
    const { id, outcome } = await run(world, async () => succeeded);
    expect(outcome).toEqual(succeeded);
    expect(world.state.jobs.get(id)?.outcome).toEqual(succeeded);
  });

  it('does not fail because its progress cannot be shown', async () => {
    const world = refusing('report', 1);
    const { outcome } = await run(world, async (context) => {
      context.progress(progress);
      return succeeded;
    });
    expect(outcome).toEqual(succeeded);
    expect(world.logged).toMatchObject([{ level: 'warn', message: 'progress could not be written' }]);
  });

  it('lives on without a sign of life', async () => {
    const world = refusing('beat', 1);
    const { outcome } = await run(world, async () => {
      await world.clock.advance(5_000);
      return succeeded;
    });
    expect(outcome).toEqual(succeeded);
    expect(world.logged).toMatchObject([{ level: 'warn', message: 'a sign of life could not be written' }]);
  });
});
