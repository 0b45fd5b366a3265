import type { Clock } from '../../ports/clock.ts';

/** The machine's time. What `run` fails with is not caught here. */
export function systemClock(): Clock {
  return {
    now: () => new Date(),
    every(milliseconds, run, { atOnce = false } = {}) {
      let running: Promise<void> | undefined;
      const start = async () => {
        if (running) return;
        running = run();
        try {
          await running;
        } finally {
          running = undefined;
        }
      };
      if (atOnce) void start();
      const timer = setInterval(start, milliseconds);
      return async () => {
        clearInterval(timer);
        // Who started it hears what it failed with.
        await running?.catch(() => undefined);
      };
    },
  };
}
