import { proveDue } from '../../operations/prove-due.ts';
import { type DueRun, type RunDueOptions, runDue } from '../../operations/run-due.ts';
import type { World } from '../../operations/world.ts';

export interface TimetableOptions extends RunDueOptions {
  /** Default 15 s: no moment is noticed later than that. */
  readonly everyMilliseconds?: number;
  /** Hears of every moment that came. */
  readonly onRun?: (run: DueRun) => void;
}

/** Looks after the schedules, at once and on every tick, until the returned function is called, which waits for a tick that is going. A tick that fails is logged, and the next one tries again. */
export function startTimetable(world: World, options: TimetableOptions = {}): () => Promise<void> {
  const tick = async () => {
    try {
      for (const run of runDue(world, world.clock.now(), options)) options.onRun?.(run);
      proveDue(world, world.clock.now(), options.signal && { signal: options.signal });
    } catch (error) {
      world.log.error({ error }, 'Could not look after the schedules; trying again with the next tick.');
    }
  };
  return world.clock.every(options.everyMilliseconds ?? 15_000, tick, { atOnce: true });
}
