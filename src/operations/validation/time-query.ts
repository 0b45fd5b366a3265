import type { PerformanceQuery } from '../../domain/validation/validation.ts';
import type { Inspection } from '../../ports/inspection.ts';

/** The quickest of three, so that neither a cold cache nor a busy moment counts; milliseconds. */
export async function timeQuery(
  inspection: Inspection,
  { sql, schema, limitMilliseconds }: PerformanceQuery,
  { signal, asOf: moment }: { signal: AbortSignal; asOf?: Date },
): Promise<number | { reason: string }> {
  let quickest = Number.POSITIVE_INFINITY;
  for (let times = 3; times > 0; times -= 1) {
    const question = { sql, limitMilliseconds, mostRows: 1_000, ...(schema !== undefined && { schema }) };
    const answer = await inspection.ask({ ...question, ...(moment && { asOf: moment }) }, signal);
    if (answer.kind === 'unanswered') return answer;
    quickest = Math.min(quickest, answer.milliseconds);
  }
  return quickest;
}
