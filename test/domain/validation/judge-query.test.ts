import { describe, expect, test } from 'vitest';
import { judgeQuery, mostKeptRows, type QueryAnswer } from '../../../src/domain/validation/judge-query.ts';
import type { Comparison, ValidationQuery } from '../../../src/domain/validation/validation.ts';

const equals = (value: string): Comparison => ({ kind: 'equals', value });
const atLeast = (least: number): Comparison => ({ kind: 'atLeast', least });
const within = (percent: number): Comparison => ({ kind: 'withinPercent', percent });

function query(of: 'rows' | 'value', is: Comparison, columns: string[] = []): ValidationQuery {
  return { name: 'q', sql: 'SELECT 1', limitMilliseconds: 1000, expectation: { of, is }, columns, recent: false };
}
const answer = (...rows: (string | null)[][]): QueryAnswer => ({
  kind: 'answered',
  columns: ['N', 'email'],
  rows,
  more: false,
});
const none: QueryAnswer = { kind: 'unanswered', reason: 'not answered within 30 s' };

describe('an answer that is no answer is missed, and says why', () => {
  test.each<[string, ValidationQuery, QueryAnswer, string]>([
    ['nothing came', query('value', equals('1')), none, 'not answered within 30 s'],
    ['no row', query('value', atLeast(1)), answer(), 'no row'],
    ['many rows', query('value', atLeast(1)), answer(['1'], ['2']), 'more than one row, so there is no single value'],
    ['NULL', query('value', atLeast(1)), answer([null]), 'no value (NULL)'],
    ['no number', query('value', atLeast(1)), answer(['asha@example.org']), 'the value is no number'],
    ['no number to compare', query('value', within(1)), answer(['x']), 'the value is no number'],
  ])('%s', (_, asked, given, finding) => {
    expect(judgeQuery(asked, given)).toMatchObject({ verdict: 'missed', finding });
  });
});

test.each<[string, ValidationQuery, QueryAnswer, QueryAnswer | undefined, string, string]>([
  ['rows', query('rows', equals('2')), answer(['a'], ['b']), undefined, 'met', '2 rows'],
  ['fewer rows', query('rows', equals('2')), answer(['a']), undefined, 'missed', '1 row, expected 2 rows'],
  ['rows enough', query('rows', atLeast(1)), answer(['a']), undefined, 'met', '1 row, at least 1 row expected'],
  ['a number written otherwise', query('value', equals('5')), answer(['5.00']), undefined, 'met', 'as expected'],
  [
    'another value, not shown',
    query('value', equals('x')),
    answer(['asha']),
    undefined,
    'missed',
    'another value, expected x',
  ],
  ['another value, shown', query('value', equals('7'), ['n']), answer(['8']), undefined, 'missed', '8, expected 7'],
  ['enough', query('value', atLeast(1000)), answer(['1234']), undefined, 'met', '1,234, at least 1,000 expected'],
  ['too little', query('value', atLeast(1)), answer(['0']), undefined, 'missed', '0, at least 1 expected'],
  [
    'near the source',
    query('value', within(5)),
    answer(['96']),
    answer(['100']),
    'met',
    '96; the source has 100, 5 % may be between them',
  ],
  [
    'far from it',
    query('value', within(5)),
    answer(['94']),
    answer(['100']),
    'missed',
    '94; the source has 100, 5 % may be between them',
  ],
  [
    'both nothing',
    query('value', within(0)),
    answer(['0']),
    answer(['0']),
    'met',
    '0; the source has 0, 0 % may be between them',
  ],
  [
    'source has nothing',
    query('value', within(50)),
    answer(['1']),
    answer(['0']),
    'missed',
    '1; the source has 0, 50 % may be between them',
  ],
  [
    'source away',
    query('value', within(5)),
    answer(['96']),
    none,
    'unknown',
    '96; the source was not there to compare with: not answered within 30 s',
  ],
  [
    'nobody asked it',
    query('value', within(5)),
    answer(['96']),
    undefined,
    'unknown',
    '96; the source was not there to compare with',
  ],
])('%s', (_, asked, given, own, verdict, finding) => {
  expect(judgeQuery(asked, given, own)).toMatchObject({ verdict, finding });
});

test('only columns that are named are kept, whatever their case, and no more rows than anybody reads', () => {
  const rows = Array.from({ length: mostKeptRows + 5 }, (_, n) => [String(n), `p${n}@example.org`]);
  const judged = judgeQuery(query('rows', atLeast(1), ['n', 'absent']), answer(...rows));
  expect(judged).toMatchObject({ columns: ['n'], unlisted: 5 });
  expect(judged.rows).toHaveLength(mostKeptRows);
  expect(JSON.stringify(judged)).not.toContain('example.org');
  expect(judgeQuery(query('rows', atLeast(1)), answer(...rows))).toMatchObject({ columns: [], rows: [] });
});
