import { type ChecklistItem, decideItem, type Observed } from '../../domain/checklist/checklist.ts';
import { healthyLatency, isSlow, latencyWords } from '../../domain/validation/latency.ts';
import type { PerformanceQuery } from '../../domain/validation/validation.ts';
import type { World } from '../world.ts';
import { knownLatencies } from './known-latencies.ts';
import { asOf, type Looking } from './looking.ts';
import { timeQuery } from './time-query.ts';

/** Times each configured query, and holds it against how fast it was on the source when that was last well. */
export async function checkPerformance(world: Pick<World, 'state'>, looking: Looking): Promise<ChecklistItem> {
  const observed: Observed[] = [];
  for (const query of looking.validation.performance) observed.push(await judge(world, query, looking));
  return decideItem('performance', observed, {
    allWell: observed.map(({ words }) => words).join('; '),
    nothing: 'no query is configured: name some under validation.performance',
  });
}

async function judge(world: Pick<World, 'state'>, query: PerformanceQuery, looking: Looking): Promise<Observed> {
  const usual = healthyLatency(knownLatencies(world, looking.source, query));
  const taken = await timeQuery(looking.inspection, query, { ...asOf(looking), signal: looking.signal });
  if (typeof taken !== 'number') return { state: 'bad', words: `${query.name}: ${taken.reason}` };
  if (usual === undefined) {
    return {
      state: 'unknown',
      words: `${query.name}: not timed on the source yet; tidemark validate does, and the bot every hour`,
    };
  }
  const words = `${query.name}: ${latencyWords(taken, usual)}`;
  return { state: isSlow(taken, usual, query.slowerBy) ? 'bad' : 'good', words };
}
