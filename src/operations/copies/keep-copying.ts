import { setTimeout as pause } from 'node:timers/promises';
import { type CopyHalf, copyLease } from '../../domain/copies/copy-standing.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import { readStanding } from '../binlog/keep-standing.ts';
import type { World } from '../world.ts';
import { type Copier, type CopyTuning, openCopier } from './copier.ts';
import { segmentCopier } from './copy-segments.ts';
import { copySets } from './copy-sets.ts';

export interface KeepCopyingOptions {
  readonly signal: AbortSignal;
  readonly tuning?: Partial<CopyTuning>;
}

const askAgainMilliseconds = 5_000;

/** Fills every copy of every source until the signal. Nothing here makes a backup or the stream wait. Resolves when all of it has ended. */
export async function keepCopying(world: World, options: KeepCopyingOptions): Promise<void> {
  const pairs = world.repositories.copies.flatMap((copy) =>
    [...world.sources.keys()].map((source) => ({ copy, source })),
  );
  await Promise.all(pairs.map(({ copy, source }) => copyUnderLease(world, copy, source, options)));
}

/** One process fills a copy of a source; the others wait for its lease. */
async function copyUnderLease(
  world: World,
  copy: Repository,
  source: string,
  { signal, tuning }: KeepCopyingOptions,
): Promise<void> {
  const { leases } = world.state;
  const lease = copyLease(copy.name, source);
  while (!signal.aborted) {
    try {
      if (leases.holder(lease) === undefined && leases.take(lease).kind === 'taken') {
        try {
          await fill(openCopier(world, copy, source, { signal, ...(tuning && { tuning }) }));
        } finally {
          leases.release(lease);
        }
      }
    } catch (error) {
      const { message } = toFailure(error);
      world.log.error({ source, repository: copy.name, error: message }, 'copying broke; it begins again');
    }
    await pause(askAgainMilliseconds, undefined, { signal }).catch(() => {});
  }
}

/** Sets and segments by turns of their own: a large set must not hold back the binlogs. */
async function fill(copier: Copier): Promise<void> {
  const { world, source } = copier;
  const segments = segmentCopier(copier);
  let waiting = 0;
  const end = () => JSON.stringify(readStanding(world, source)?.coverage[0]?.end);
  await Promise.all([
    keepDoing(copier, 'segments', { changed: end, pass: segments.follow }),
    keepDoing(copier, 'sets', {
      changed: () => `${jobsOf(copier)}${waiting > 0 ? segments.segments().length : ''}`,
      pass: async () => {
        waiting = await copySets(copier, segments.segments);
      },
    }),
  ]);
}

/** Changes whenever a job of the source begins or ends: those make sets and facts. */
function jobsOf({ world, source }: Copier): string {
  return world.state.jobs
    .list({ source, limit: 20 })
    .map(({ revision }) => revision)
    .join();
}

interface Doing {
  /** Another answer than the last time: there may be something to do. */
  readonly changed: () => string | undefined;
  readonly pass: (options: { whole: boolean }) => Promise<void>;
}

async function keepDoing(copier: Copier, half: CopyHalf, { changed, pass }: Doing): Promise<void> {
  const { world, source, copy, standing, tuning, signal } = copier;
  let failures = 0;
  let seen: string | undefined;
  let comparedAt = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const now = world.clock.now().getTime();
    const whole = failures > 0 || now - comparedAt >= tuning.compareEvery;
    const change = changed();
    try {
      if (whole || change !== seen) {
        if (whole) await copy.prepare();
        await pass({ whole });
        if (whole) comparedAt = now;
        seen = change;
      }
      if (failures > 0) world.log.info({ source, repository: copy.name, of: half }, 'copying goes on');
      failures = 0;
      standing.well(half);
      await pause(tuning.tick, undefined, { signal }).catch(() => {});
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const failure = toFailure(error);
      if (standing.current[half].trouble?.message !== failure.message) {
        const { code, message } = failure;
        world.log.warn(
          { source, repository: copy.name, of: half, code, error: message },
          'a copy falls behind; it is tried again',
        );
      }
      standing.trouble(half, failure);
      const wait = Math.min(tuning.longestPause, tuning.firstPause * 2 ** Math.min(failures - 1, 20));
      await pause(wait, undefined, { signal }).catch(() => {});
    }
  }
}
