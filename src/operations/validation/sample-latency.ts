import { toFailure } from '../../domain/failure.ts';
import { withSample } from '../../domain/validation/latency.ts';
import type { World } from '../world.ts';
import { knownLatencies, rememberLatencies } from './known-latencies.ts';
import { timeQuery } from './time-query.ts';

/** Times the configured queries on a source and remembers it. What does not answer is no sample. */
export async function sampleLatency(world: World, source: string, signal: AbortSignal): Promise<void> {
  for (const query of world.validations?.get(source)?.performance ?? []) {
    const inspection = world.sources.get(source)?.inspection;
    if (!inspection) return;
    const taken = await timeQuery(inspection, query, { signal });
    if (typeof taken !== 'number') continue;
    const known = withSample(
      knownLatencies(world, source, query),
      { at: world.clock.now(), milliseconds: taken },
      query,
    );
    rememberLatencies(world, source, query, known);
  }
}

/** The same for all sources. One that is away is passed over: other watchers say so. */
export async function sampleLatencies(world: World, signal = new AbortController().signal): Promise<void> {
  for (const source of world.sources.keys()) {
    try {
      await sampleLatency(world, source, signal);
    } catch (error) {
      if (signal.aborted) return;
      world.log.warn({ source, error: toFailure(error).message }, 'The performance queries could not be timed');
    }
  }
}
