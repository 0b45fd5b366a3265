import type { Repository } from '../ports/repository.ts';
import { findLeftovers } from './find-leftovers.ts';
import { expireRest } from './remove-set.ts';
import type { World } from './world.ts';

/** A bucket's lifecycle takes one to two days. */
const patienceMilliseconds = 4 * 86_400_000;

/**
 * Goes on with removals that were interrupted. Where objects are only marked, it marks them again until the place has cleared them away;
 * answers how many backups have been waiting for that for days.
 */
export async function finishRemovals(world: World, repository: Repository, source: string): Promise<number> {
  let lingering = 0;
  for (const { id, prefix, keys, givenUp } of await findLeftovers(world, repository, source)) {
    if (!givenUp) continue;
    const isOld = world.clock.now().getTime() - givenUp.since.getTime() > patienceMilliseconds;
    const [first] = keys.filter((key) => !givenUp.facts.includes(key));
    // Marked long ago, as all of it must be by now: marking it every day would not help.
    if (isOld && first !== undefined && (await repository.expire(first)) === 'marked') {
      lingering += 1;
      continue;
    }
    await expireRest(world, repository, prefix);
    world.log.info({ backup: id, repository: repository.name }, 'went on with a removal');
  }
  return lingering;
}
