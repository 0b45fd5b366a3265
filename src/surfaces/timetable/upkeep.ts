import { noteFreeSpace } from '../../operations/measure-storage.ts';
import { type Pruner, pruneDue } from '../../operations/prune-due.ts';
import { dropAside } from '../../operations/table-swap/drop-aside.ts';
import { sampleLatencies } from '../../operations/validation/sample-latency.ts';
import type { World } from '../../operations/world.ts';

export interface UpkeepOptions {
  readonly prune?: Pruner;
  /** Aborted, pruning ends after the backup that it is at. */
  readonly signal?: AbortSignal;
}

const lookEvery = 60_000;
const measureEvery = 60 * 60_000;

/** Prunes and drops kept tables when it is time, and measures the disks every hour, until the returned function is called, which waits for what is under way. */
export function startUpkeep(world: World, { prune, signal }: UpkeepOptions = {}): () => Promise<void> {
  const underWay = new Set<Promise<void>>();
  const look = async () => {
    const options = { ...(prune && { start: prune }), ...(signal && { signal }) };
    try {
      for (const work of pruneDue(world, world.clock.now(), options)) {
        underWay.add(work);
        void work.finally(() => underWay.delete(work));
      }
    } catch (error) {
      world.log.error({ error }, 'Could not look whether to prune; trying again in a minute.');
    }
  };
  const drop = async () => {
    await dropAside(world, world.clock.now()).catch((error) => {
      world.log.error({ error }, 'Could not look for tables whose time is over; trying again.');
    });
  };
  const measure = async () => {
    await noteFreeSpace(world);
    await sampleLatencies(world, signal);
  };
  const stops = [
    world.clock.every(lookEvery, look, { atOnce: true }),
    world.clock.every(lookEvery, drop, { atOnce: true }),
    world.clock.every(measureEvery, measure, { atOnce: true }),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await Promise.all(underWay);
  };
}
