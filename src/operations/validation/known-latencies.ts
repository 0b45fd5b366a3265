import { createHash } from 'node:crypto';
import { type Latencies, latenciesSchema } from '../../domain/validation/latency.ts';
import type { PerformanceQuery } from '../../domain/validation/validation.ts';
import type { World } from '../world.ts';

/** How long a performance query took on a source lately. */
export function knownLatencies(
  { state }: Pick<World, 'state'>,
  source: string,
  query: Pick<PerformanceQuery, 'sql' | 'schema'>,
): Latencies {
  const note = state.notes.get(noteOf(source, query));
  return note === undefined ? [] : (latenciesSchema.safeParse(JSON.parse(note)).data ?? []);
}

export function rememberLatencies(
  { state }: Pick<World, 'state'>,
  source: string,
  query: Pick<PerformanceQuery, 'sql' | 'schema'>,
  latencies: Latencies,
): void {
  state.notes.set(noteOf(source, query), JSON.stringify(latencies), { lightly: true });
}

/** Another statement is another measure, whatever it is called. */
function noteOf(source: string, { sql, schema = '' }: Pick<PerformanceQuery, 'sql' | 'schema'>): string {
  const hash = createHash('sha256').update(`${schema}\n${sql}`).digest('hex').slice(0, 16);
  return `latency:${source}:${hash}`;
}
