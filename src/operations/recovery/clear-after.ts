import { toFailure } from '../../domain/failure.ts';
import type { StoredRecovery } from '../../domain/recovery/recovery.ts';
import type { World } from '../world.ts';

/** Programs that a dead process left running on a recovery's target, and binlogs that it laid out in plain, are nobody's any more. */
export async function clearAfter(world: World, { id, plan }: StoredRecovery): Promise<void> {
  const servers = plan.target.kind === 'source' ? world.restorers : world.targets;
  try {
    await servers?.get(plan.target.name)?.endOrphans(id);
  } catch (error) {
    world.log.warn({ recovery: id, error: toFailure(error).message }, 'What a recovery left could not be cleared away');
  }
}
