import { approvedRunner } from '../../operations/recovery/run-approved.ts';
import type { World } from '../../operations/world.ts';

const lookEvery = 1_000;

/** Runs recoveries as they are approved, until the returned function is called, which waits for what is under way. The signal stops them between steps. */
export function startRecoveries(world: World, { signal }: { signal: AbortSignal }): () => Promise<void> {
  const runner = approvedRunner(world, { signal });
  const look = () =>
    runner.tick().catch((error) => world.log.error({ error }, 'Could not look for approved recoveries; trying again.'));
  const stop = world.clock.every(lookEvery, look, { atOnce: true });
  return async () => {
    await stop();
    await runner.settled();
  };
}
