/** How fast bytes go and how long the rest takes. Pure: whoever shows progress keeps the samples and hands them in. */
export interface Sample {
  readonly at: Date;
  readonly doneBytes: number;
}

export interface Pace {
  /** Between 0 and 1; undefined while the total is unknown, or was passed. */
  readonly fraction?: number;
  /** Over the kept samples; undefined until two of them lie apart and enough is done to tell. */
  readonly bytesPerSecond?: number;
  /** Whole seconds, rounded up; undefined when there is no telling, as while nothing moves or nothing is left. */
  readonly secondsLeft?: number;
}

/** Rates are taken over this long: short enough to notice a stall, long enough not to flicker. */
export const rateWindowMilliseconds = 20_000;

/** So far may more be done than there was to do. */
const estimateSlack = 1.05;

/** The first bytes are small things, and say nothing of how fast the rest will go. */
const tellingShare = 0.01;
const tellingBytes = 4 * 1024 * 1024;

/** Adds a sample and drops those that left the window; the newest of the dropped stays as the window's edge. */
export function keepSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  // Another step starts counting from nothing: its rate is its own.
  const earlier = last && sample.doneBytes < last.doneBytes ? [] : samples;
  const edge = sample.at.getTime() - rateWindowMilliseconds;
  const firstInside = earlier.findIndex((one) => one.at.getTime() >= edge);
  const kept = firstInside === -1 ? earlier.slice(-1) : earlier.slice(Math.max(0, firstInside - 1));
  return [...kept, sample];
}

export function measurePace(samples: readonly Sample[], totalBytes: number): Pace {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return {};
  // Totals are a server's estimates. One that is plainly passed tells nothing any more.
  const known = totalBytes > 0 && last.doneBytes <= totalBytes * estimateSlack;
  const fraction = known ? Math.min(1, last.doneBytes / totalBytes) : undefined;
  const seconds = (last.at.getTime() - first.at.getTime()) / 1000;
  const isTelling = seconds > 0 && last.doneBytes >= Math.min(totalBytes * tellingShare, tellingBytes);
  const rate = isTelling ? (last.doneBytes - first.doneBytes) / seconds : undefined;
  const left = known ? totalBytes - last.doneBytes : 0;
  return {
    ...(fraction !== undefined && { fraction }),
    ...(rate !== undefined && { bytesPerSecond: rate }),
    ...(rate !== undefined && rate > 0 && left > 0 && { secondsLeft: Math.ceil(left / rate) }),
  };
}
