import { toFailure } from '../domain/failure.ts';
import type { Job } from '../domain/job.ts';
import { adoptSets } from './adopt-sets.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import type { World } from './world.ts';

export interface PickedUp {
  /** Jobs whose process died; they are `cut-off` now. */
  readonly cutOff: readonly Job[];
  /** Programs that outlived the process that had started them, now ended. */
  readonly orphans: number;
  /** Whole backups that had not been listed yet. */
  readonly adopted: readonly string[];
  /** Objects of unfinished backups, now removed. */
  readonly swept: number;
  /** Scratch servers whose owner died, destroyed. */
  readonly scratch: readonly string[];
}

/** What a start does first: whatever an earlier process left behind when it was killed is known, ended, listed or removed. */
export async function pickUpAfterCrash(world: World): Promise<PickedUp> {
  const cutOff = world.state.jobs.markCutOff();
  const { primary } = world.repositories;
  const adopted: string[] = [];
  let [orphans, swept] = [0, 0];
  for (const source of world.sources.values()) {
    try {
      orphans += await source.endOrphans((run) => isAbandoned(world, run));
      await primary.prepare();
      adopted.push(...(await adoptSets(world, primary, source.name)));
      swept += await sweepLeftovers(world, primary, source.name);
    } catch (error) {
      // A repository that is away now is no reason not to start: the next backup sweeps as well.
      world.log.warn({ source: source.name, error: toFailure(error).message }, 'leftovers were not swept at start');
    }
  }
  return { cutOff, orphans, adopted, swept, scratch: await sweepScratch(world) };
}

async function sweepScratch(world: World): Promise<readonly string[]> {
  try {
    return (await world.scratch?.sweep()) ?? [];
  } catch (error) {
    world.log.warn({ error: toFailure(error).message }, 'scratch servers of an earlier run were not swept at start');
    return [];
  }
}

/**
 * Whether a job of this installation made this backup once and does not any more. A dump that this state knows nothing of may be
 * another installation's, which is none of our business.
 */
export function isAbandoned(world: Pick<World, 'state'>, backupId: string): boolean {
  return world.state.jobs.list({}).some((job) => job.backupId === backupId && job.outcome !== null);
}
