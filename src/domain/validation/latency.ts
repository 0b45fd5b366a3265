import { z } from 'zod';
import { formatDuration } from '../measures.ts';
import type { PerformanceQuery } from './validation.ts';

/** How long a query took on the source lately, oldest first. */
export const latenciesSchema = z.array(
  z.object({ at: z.iso.datetime(), milliseconds: z.number().nonnegative(), healthy: z.boolean() }),
);
export type Latencies = z.infer<typeof latenciesSchema>;

const kept = 24;
/** So many slow ones in a row are no bad day any more: that is how fast it is now. */
const newNormal = 12;
/** Quicker than this nobody waits, and measuring says little. */
const leastMilliseconds = 20;

/** What is remembered with one more sample. Slow ones are kept, and do not count as healthy. */
export function withSample(
  before: Latencies,
  { at, milliseconds }: { at: Date; milliseconds: number },
  { slowerBy }: Pick<PerformanceQuery, 'slowerBy'>,
): Latencies {
  const usual = healthyLatency(before);
  const slowInARow = before.length - 1 - before.findLastIndex(({ healthy }) => healthy);
  const healthy = usual === undefined || !isSlow(milliseconds, usual, slowerBy) || slowInARow >= newNormal - 1;
  const next = { at: at.toISOString(), milliseconds, healthy };
  // A new normal makes what was slow before it the measure.
  const known =
    healthy && slowInARow >= newNormal - 1 ? before.map((one) => ({ ...one, healthy: !one.healthy })) : before;
  return [...known, next].slice(-kept);
}

/** The median of the healthy ones; undefined before the first. */
export function healthyLatency(latencies: Latencies): number | undefined {
  const sorted = latencies
    .filter(({ healthy }) => healthy)
    .map(({ milliseconds }) => milliseconds)
    .sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

export function isSlow(milliseconds: number, usual: number, slowerBy: number): boolean {
  return milliseconds > Math.max(leastMilliseconds, usual * slowerBy);
}

export function latencyWords(milliseconds: number, usual: number): string {
  return `${precise(milliseconds)}, ${precise(usual)} on the source when it was last well`;
}

function precise(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.max(1, Math.round(milliseconds))} ms` : formatDuration(milliseconds);
}
