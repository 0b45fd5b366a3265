import { toFailure } from '../domain/failure.ts';
import { scheduler } from '../domain/principal.ts';
import { type PruneAnswer, type PruneRequest, prune } from './prune.ts';
import type { World } from './world.ts';

export type Pruner = (world: World, request: PruneRequest) => Promise<PruneAnswer>;

/** Once a day, in UTC, when the night's backups are usually verified. */
export const pruneCron = '30 4 * * *';

/** Begins to prune the sources whose daily turn has come, and answers what is under way; none of it ever rejects. */
export function pruneDue(
  world: World,
  now: Date,
  { start = prune, signal }: { start?: Pruner; signal?: AbortSignal } = {},
): Promise<void>[] {
  return [...world.sources.keys()].flatMap((source) => {
    const key = `prune:${source}`;
    const row = world.state.due.get(key);
    const isDue = row !== undefined && row.dueAt <= now;
    const dueAt = world.calendar.next(pruneCron, now);
    // A row from far in the future was written by a clock that was wrong. Written first: what crashes the bot must not do so with every start.
    if (dueAt && (!row || isDue || row.dueAt > dueAt)) world.state.due.put({ key, dueAt, handledUntil: now });
    return isDue ? [pruneOne(world, source, start, signal)] : [];
  });
}

async function pruneOne(world: World, source: string, start: Pruner, signal: AbortSignal | undefined): Promise<void> {
  try {
    const answer = await start(world, { principal: scheduler, source, ...(signal && { signal }) });
    if (answer.kind === 'refused') world.log.warn({ source, reason: answer.reason }, 'Pruning was refused.');
  } catch (error) {
    world.log.error({ source, error: toFailure(error).message }, 'Pruning failed; trying again tomorrow.');
  }
}
