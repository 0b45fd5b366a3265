import type { Refusal } from '../domain/refusal.ts';
import type { World } from './world.ts';

const lease = 'keys';
const lifeSignMilliseconds = 5_000;

/** Does what changes `keys` objects, one process at a time: what one destroys another must not write again. */
export async function holdingKeys<Result>(world: World, work: () => Promise<Result>): Promise<Result | Refusal> {
  const { leases } = world.state;
  const taken = leases.take(lease);
  if (taken.kind === 'held') return { kind: 'refused', reason: 'keys-busy', pid: taken.pid };
  const stopBeating = world.clock.every(lifeSignMilliseconds, async () => leases.beat());
  try {
    return await work();
  } finally {
    stopBeating();
    leases.release(lease);
  }
}
