import type { Clock } from '../../ports/clock.ts';

/** The machine's time. What `run` fails with is not caught here. */
export function systemClock(): Clock {
  return {
    now: () => new Date(),
    every(milliseconds, run) {
      let running = false;
      const timer = setInterval(async () => {
        if (running) return;
        running = true;
        try {
          await run();
        } finally {
          running = false;
        }
      }, milliseconds);
      return () => clearInterval(timer);
    },
  };
}
