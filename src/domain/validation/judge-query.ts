import { z } from 'zod';
import { countOf, formatCount } from '../measures.ts';
import type { Expectation, ValidationQuery } from './validation.ts';

/** What a server said to a question, as far as a judge needs it. */
export type QueryAnswer =
  | {
      readonly kind: 'answered';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (string | null)[])[];
      readonly more: boolean;
    }
  | { readonly kind: 'unanswered'; readonly reason: string };

/** `unknown`: nobody can say; what was expected or what was found is not there to compare. */
export const queryVerdictSchema = z.object({
  name: z.string(),
  verdict: z.enum(['met', 'missed', 'unknown']),
  /** Why, in words without a value that may not be shown. */
  finding: z.string(),
  recent: z.boolean(),
  /** Of the answer, only what the configuration shows. */
  columns: z.array(z.string()),
  rows: z.array(z.array(z.string())),
  /** How many more rows there are. `null`: some. */
  unlisted: z.int().nonnegative().nullable(),
});
export type QueryVerdict = z.infer<typeof queryVerdictSchema>;

/** So many rows of an answer are kept for people; more are cut off. */
export const mostKeptRows = 200;
const longestCell = 200;

/** Whether an answer is what was expected. `own` is the source's own answer to the same question, where that is compared with. */
export function judgeQuery(query: ValidationQuery, answer: QueryAnswer, own?: QueryAnswer): QueryVerdict {
  const shown = shownOf(query, answer);
  const said = { name: query.name, recent: query.recent, ...shown };
  if (answer.kind === 'unanswered') return { ...said, verdict: 'missed', finding: answer.reason };
  const found = figureOf(query.expectation, answer);
  if (typeof found !== 'string') return { ...said, verdict: 'missed', finding: found.problem };
  return { ...said, ...compare(query, found, answer, own) };
}

type Judgement = Pick<QueryVerdict, 'verdict' | 'finding'>;

function compare(query: ValidationQuery, found: string, answer: Answered, own: QueryAnswer | undefined): Judgement {
  const { is, of } = query.expectation;
  const what = (figure: string) => (of === 'rows' ? countOf(Number(figure), 'row') : written(figure));
  switch (is.kind) {
    case 'equals': {
      const met = isSame(found, is.value);
      // A value that is compared letter by letter may be anybody's name.
      const mayShow = of === 'rows' || isShown(query, answer.columns[0]);
      const finding = mayShow ? what(found) : met ? 'as expected' : 'another value';
      return met
        ? { verdict: 'met', finding }
        : { verdict: 'missed', finding: `${finding}, expected ${what(is.value)}` };
    }
    case 'atLeast': {
      const number = numberOf(found);
      if (number === undefined) return notANumber;
      const verdict = number >= is.least ? 'met' : 'missed';
      return { verdict, finding: `${what(found)}, at least ${what(String(is.least))} expected` };
    }
    case 'withinPercent':
      return compareWithSource(query.expectation, is.percent, found, own, what);
    default:
      return is satisfies never;
  }
}

function compareWithSource(
  expectation: Expectation,
  percent: number,
  found: string,
  own: QueryAnswer | undefined,
  what: (figure: string) => string,
): Judgement {
  const number = numberOf(found);
  if (number === undefined) return notANumber;
  if (own?.kind !== 'answered') {
    const why = own ? `: ${own.reason}` : '';
    return { verdict: 'unknown', finding: `${what(found)}; the source was not there to compare with${why}` };
  }
  const figure = figureOf(expectation, own);
  const wanted = typeof figure === 'string' ? numberOf(figure) : undefined;
  if (wanted === undefined) return { verdict: 'unknown', finding: `${what(found)}; the source itself gives no number` };
  const away = wanted === number ? 0 : wanted === 0 ? Number.POSITIVE_INFINITY : Math.abs(number / wanted - 1) * 100;
  const compared = `the source has ${what(String(wanted))}, ${percent} % may be between them`;
  return { verdict: away <= percent ? 'met' : 'missed', finding: `${what(found)}; ${compared}` };
}

type Answered = Extract<QueryAnswer, { kind: 'answered' }>;

function figureOf({ of }: Expectation, { rows, more }: Answered): string | { problem: string } {
  if (of === 'rows') return more ? { problem: `more than ${formatCount(rows.length)} rows` } : String(rows.length);
  const [first, ...others] = rows;
  if (first === undefined) return { problem: 'no row' };
  if (others.length > 0 || more) return { problem: 'more than one row, so there is no single value' };
  return first[0] ?? { problem: 'no value (NULL)' };
}

function shownOf(
  { columns }: ValidationQuery,
  answer: QueryAnswer,
): Pick<QueryVerdict, 'columns' | 'rows' | 'unlisted'> {
  if (answer.kind === 'unanswered' || columns.length === 0) return { columns: [], rows: [], unlisted: 0 };
  const places = columns.flatMap((wanted) => {
    // Servers write the names of information_schema in capitals, whatever was asked.
    const index = answer.columns.findIndex((name) => name.toLowerCase() === wanted.toLowerCase());
    return index < 0 ? [] : [{ wanted, index }];
  });
  const kept = places.length === 0 ? [] : answer.rows.slice(0, mostKeptRows);
  return {
    columns: places.map(({ wanted }) => wanted),
    rows: kept.map((row) => places.map(({ index }) => (row[index] ?? 'NULL').slice(0, longestCell))),
    unlisted: answer.more ? null : answer.rows.length - kept.length,
  };
}

function isShown({ columns }: ValidationQuery, name: string | undefined): boolean {
  return columns.some((one) => one.toLowerCase() === name?.toLowerCase());
}

function isSame(found: string, wanted: string): boolean {
  const [a, b] = [numberOf(found), numberOf(wanted)];
  return a !== undefined && b !== undefined ? a === b : found === wanted;
}

function numberOf(text: string): number | undefined {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function written(figure: string): string {
  const number = numberOf(figure);
  return number === undefined ? figure : formatCount(number);
}

const notANumber: Judgement = { verdict: 'missed', finding: 'the value is no number' };
