import { expect, test } from 'vitest';
import { type ChecklistItem, decideItem, inOrderOfWorry, worries } from '../../../src/domain/checklist/checklist.ts';
import { checklistSummary, itemLines, queriesSummary } from '../../../src/domain/checklist/checklist-words.ts';
import { foreignKeyWords, readForeignKeys } from '../../../src/domain/checklist/foreign-keys.ts';

const said = { allWell: 'all well', nothing: 'nothing to look at' };
const good = { state: 'good', words: 'fine' } as const;
const bad = { state: 'bad', words: 'broken' } as const;
const unknown = { state: 'unknown', words: 'too slow' } as const;

test('where nothing was looked at, nothing is ticked', () => {
  expect(decideItem('tables', [], said)).toEqual({
    topic: 'tables',
    state: 'unknown',
    evidence: ['nothing to look at'],
  });
});

test.each([
  [[good, bad, unknown], 'not-ticked', ['broken', 'too slow']],
  [[good, unknown], 'unknown', ['too slow']],
  [[good, good], 'ticked', ['all well']],
] as const)('one bad is not ticked, one unknown is not known: %j', (observed, state, evidence) => {
  expect(decideItem('tables', observed, said)).toEqual({ topic: 'tables', state, evidence });
});

test('no more is listed than anybody reads, and the rest is counted', () => {
  const { evidence } = decideItem('tables', Array(100).fill(bad), said);
  expect(evidence).toHaveLength(21);
  expect(evidence.at(-1)).toBe('… and 80 more like these');
});

test('what is not ticked stands first, then what is not known', () => {
  const item = (topic: ChecklistItem['topic'], state: ChecklistItem['state']) => ({ topic, state, evidence: ['e'] });
  const items = [
    item('tables', 'ticked'),
    item('foreign-keys', 'not-ticked'),
    item('recent-data', 'unknown'),
    item('application', 'not-ticked'),
  ];
  expect(inOrderOfWorry(items).map(({ topic }) => topic)).toEqual([
    'foreign-keys',
    'application',
    'recent-data',
    'tables',
  ]);
  expect(checklistSummary(items)).toBe('2 of 4 not ticked, 1 of 4 not known');
  expect(itemLines(items[1] as ChecklistItem)).toEqual(['✗ Foreign key constraints intact', '    e']);
});

test('a query that is missed is a worry once, in the checklist where it is about recent data', () => {
  const asked = { name: 'q', finding: '', columns: [], rows: [], unlisted: 0 };
  expect(worries({ checklist: [], queries: [{ ...asked, verdict: 'missed' as const, recent: false }] })).toBe(1);
  const checklist = [{ topic: 'recent-data', state: 'not-ticked', evidence: [] }] as const;
  expect(
    worries({
      checklist: [...checklist].map((each) => ({ ...each, evidence: [] })),
      queries: [{ ...asked, verdict: 'missed' as const, recent: true }],
    }),
  ).toBe(1);
  expect(queriesSummary([{ ...asked, verdict: 'missed' as const, recent: false }])).toBe(
    '1 validation query: 1 missed',
  );
});

test('columns of one constraint are put together, and constraints of one name are told apart by their table', () => {
  const row = (name: string, table: string, column: string, parent: string) => [
    name,
    'shop',
    table,
    column,
    'other',
    'parents',
    parent,
  ];
  const keys = readForeignKeys([row('fk', 'a', 'x', 'p'), row('fk', 'a', 'y', 'q'), row('fk', 'b', 'x', 'p')]);
  expect(keys.map(({ columns }) => columns.length)).toEqual([2, 1]);
  expect(foreignKeyWords(keys[0] as (typeof keys)[number])).toBe(
    '`shop`.`a` (x, y) → `other`.`parents`, constraint fk',
  );
});
