/** The playground's time: the wall's for people, a hand-moved one for tests, so that no test ever waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `act` once, `ms` from now; the returned function calls it off. */
  after(ms: number, act: () => void): () => void;
}

export const wallClock: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export interface HandClock extends Clock {
  /** Moves time on and runs what falls due, in order of due time. */
  advance(ms: number): void;
}

/** A clock that stands still until `advance` is called. Starts at `start`, by default now. */
export function handClock(start = Date.now()): HandClock {
  let now = start;
  let waiting: { due: number; act: () => void }[] = [];
  return {
    now: () => now,
    after(ms, act) {
      const entry = { due: now + ms, act };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((other) => other !== entry);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = waiting.filter((entry) => entry.due <= end).sort((a, b) => a.due - b.due)[0];
        if (!next) break;
        waiting = waiting.filter((entry) => entry !== next);
        now = Math.max(now, next.due);
        next.act();
      }
      now = end;
    },
  };
}
