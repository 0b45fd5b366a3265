import { toFailure } from '../../domain/failure.ts';
import { judgeQuery, type QueryAnswer, type QueryVerdict } from '../../domain/validation/judge-query.ts';
import type { ValidationQuery } from '../../domain/validation/validation.ts';
import type { Inspection } from '../../ports/inspection.ts';
import { asOf, type Looking } from './looking.ts';

/** Rows of an answer that are counted one by one. */
const mostRows = 10_000;

/** Asks every configured question, one after the other, and judges the answers. Failures: a source's, of the server that is looked at. */
export async function runQueries(looking: Looking): Promise<QueryVerdict[]> {
  const verdicts: QueryVerdict[] = [];
  for (const query of looking.validation.queries) {
    const answer = await ask(looking.inspection, query, looking);
    const own = query.expectation.is.kind === 'withinPercent' ? await askSource(query, answer, looking) : undefined;
    verdicts.push(judgeQuery(query, answer, own));
  }
  return verdicts;
}

function ask(inspection: Inspection, query: ValidationQuery, looking: Looking): Promise<QueryAnswer> {
  const { sql, schema, limitMilliseconds } = query;
  const question = { sql, limitMilliseconds, mostRows, ...(schema !== undefined && { schema }), ...asOf(looking) };
  return inspection.ask(question, looking.signal);
}

/** A source that is away is no fault of what was restored. */
async function askSource(
  query: ValidationQuery,
  answer: QueryAnswer,
  looking: Looking,
): Promise<QueryAnswer | undefined> {
  if (looking.place === 'source') return answer;
  if (!looking.own) return undefined;
  try {
    return await ask(looking.own, query, looking);
  } catch (error) {
    looking.signal.throwIfAborted();
    return { kind: 'unanswered', reason: toFailure(error).message };
  }
}
