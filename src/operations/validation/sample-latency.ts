import { createHash } from 'node:crypto';
import { toFailure } from '../../domain/failure.ts';
import { type Latencies, latenciesSchema, withSample } from '../../domain/validation/latency.ts';
import type { PerformanceQuery } from '../../domain/validation/validation.ts';
import type { World } from '../world.ts';
import { timeQuery } from './check-performance.ts';

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
    world.state.notes.set(noteOf(source, query), JSON.stringify(known), { lightly: true });
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

export function knownLatencies(
  { state }: Pick<World, 'state'>,
  source: string,
  query: Pick<PerformanceQuery, 'sql' | 'schema'>,
): Latencies {
  const note = state.notes.get(noteOf(source, query));
  return note === undefined ? [] : (latenciesSchema.safeParse(JSON.parse(note)).data ?? []);
}

/** Another statement is another measure, whatever it is called. */
function noteOf(source: string, { sql, schema = '' }: Pick<PerformanceQuery, 'sql' | 'schema'>): string {
  const hash = createHash('sha256').update(`${schema}\n${sql}`).digest('hex').slice(0, 16);
  return `latency:${source}:${hash}`;
}
