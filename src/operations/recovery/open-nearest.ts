import type { BackupId } from '../../domain/backup-id.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Repository } from '../../ports/repository.ts';
import { type OpenSet, openSet } from '../open-set.ts';
import type { World } from '../world.ts';

/** Opens a set in the nearest repository that has it whole enough for that; fails as the first one did. */
export async function openNearest(
  world: World,
  repositories: readonly Repository[],
  id: BackupId,
  asked: { principal: Pick<Principal, 'name' | 'via'>; purpose: string },
): Promise<{ repository: Repository; set: OpenSet }> {
  let trouble: unknown;
  for (const repository of repositories) {
    try {
      return { repository, set: await openSet(world, repository, id, asked) };
    } catch (error) {
      trouble ??= error;
    }
  }
  throw trouble;
}
