import { backupKinds } from '../domain/backup-id.ts';
import { probePrefix, recoverProgramKey } from '../domain/backup-set.ts';
import type { Repository } from '../ports/repository.ts';
import { findLeftovers } from './find-leftovers.ts';
import type { World } from './world.ts';

/** A probe that is older was left by a process that died over it. */
const oldProbeMilliseconds = 60 * 60_000;

/**
 * Removes what interrupted runs left in a repository: objects of sets that have no manifest and that no running job is making,
 * unfinished writes, and old probes. `job` is whoever asks, if that is one. Says how many objects went.
 * Backups that were given up are not its business, but that of `prune`.
 *
 * A set that the catalog lists is never taken for a leftover: it was a backup, and whoever lost its manifest may find it again.
 */
export async function sweepLeftovers(
  world: World,
  repository: Repository,
  source: string,
  job?: string,
): Promise<number> {
  const running = world.state.jobs.running();
  let removed = 0;
  for (const { id, prefix, keys, givenUp } of await findLeftovers(world, repository, source)) {
    if (givenUp) continue;
    if (world.state.catalog.get(id)) {
      world.log.warn({ backup: id }, 'a listed backup has lost its manifest; the rest of it is left alone');
      continue;
    }
    // Objects last: as long as one is there, a sweep that was cut off is known to have work left.
    removed += await repository.sweepUnfinished(prefix);
    for (const key of keys) await repository.remove(key);
    removed += keys.length;
    world.log.info({ backup: id, objects: keys.length }, 'swept what an interrupted backup left');
  }
  if (running.every(({ id }) => id === job)) removed += await sweepUnfinished(repository, source);
  return removed + (await sweepProbes(world, repository));
}

/** Where an unfinished write is all that lies, no list shows it. Only while nobody else works, for it might be theirs. */
async function sweepUnfinished(repository: Repository, source: string): Promise<number> {
  let removed = 0;
  const prefixes = [...backupKinds.map((kind) => `${source}/${kind}/`), recoverProgramKey, probePrefix];
  for (const prefix of prefixes) removed += await repository.sweepUnfinished(prefix);
  return removed;
}

async function sweepProbes(world: World, repository: Repository): Promise<number> {
  let removed = 0;
  for await (const { key, modifiedAt } of repository.list(probePrefix)) {
    if (world.clock.now().getTime() - modifiedAt.getTime() < oldProbeMilliseconds) continue;
    await repository.remove(key);
    removed += 1;
  }
  return removed;
}
