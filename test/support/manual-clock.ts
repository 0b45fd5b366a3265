import type { Clock } from '../../src/ports/clock.ts';

/** A clock that stands still until a test moves it; what `every` was given runs when its time comes. */
export interface ManualClock extends Clock {
  /** Moves on step by step, running what is due on the way and waiting for it. */
  advance(milliseconds: number): Promise<void>;
  /** Jumps without running anything that lay between, as a machine that slept. */
  jumpTo(at: Date | string): void;
}

export function manualClock(start: Date | string): ManualClock {
  let now = new Date(start).getTime();
  const timers = new Set<{ at: number; period: number; run: () => Promise<void> }>();

  function nextUntil(end: number) {
    return [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
  }

  return {
    now: () => new Date(now),
    every(period, run, { atOnce = false } = {}) {
      const timer = { at: now + period, period, run };
      timers.add(timer);
      const first = atOnce ? run() : undefined;
      return async () => {
        timers.delete(timer);
        await first;
      };
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      for (let timer = nextUntil(end); timer; timer = nextUntil(end)) {
        now = Math.max(now, timer.at);
        timer.at = now + timer.period;
        await timer.run();
      }
      now = end;
    },
    jumpTo(at) {
      now = new Date(at).getTime();
    },
  };
}
