import { describe, expect, it } from 'vitest';
import { inRange, keyText } from '../../../src/domain/table-swap/key-range.ts';
import { namedTable } from '../../../src/domain/table-swap/named-table.ts';
import { comparisonLines } from '../../../src/domain/table-swap/table-comparison.ts';
import { tablesNeeded } from '../../../src/domain/table-swap/tables-needed.ts';
import { definerOf } from '../../../src/domain/table-swap/trigger-statements.ts';

describe('a comparison', () => {
  it('tells what an exchange brings, takes and sets back, by keys and never by values', () => {
    expect(
      comparisonLines({
        ...{
          kind: 'compared',
          by: 'key',
          recovered: 1200,
          live: 3,
          columnsOnlyRecovered: [],
          columnsOnlyLive: ['late'],
        },
        onlyRecovered: { rows: 1199, sample: ['1', '2'] },
        onlyLive: { rows: 1, sample: ['7, a'] },
        changed: { rows: 0, sample: [] },
      }),
    ).toEqual([
      '1,200 rows recovered, 3 live.',
      '1,199 rows are only in the recovered table (such as 1; 2): the exchange brings them.',
      '1 row is only in the live table (7, a): the exchange takes it away.',
      'Columns that only the live table has: late.',
    ]);
  });

  it('goes along a key of several columns so that its range is found in the index', () => {
    expect(inRange(['a', 'b'], { after: [1, 'x'], upTo: [2, 'y'] }, 't')).toEqual({
      sql: '(t.`a` > ? OR (t.`a` = ? AND t.`b` > ?)) AND (t.`a` < ? OR (t.`a` = ? AND t.`b` <= ?))',
      values: [1, 1, 'x', 2, 2, 'y'],
    });
    expect(inRange(['a'], {}, 't')).toEqual({ sql: 'TRUE', values: [] });
    expect(keyText([Buffer.from([0, 255]), '7', null])).toBe('0x00ff, 7, null');
  });
});

describe('the table that is meant', () => {
  const known = [
    { schema: 'a', name: 'Users' },
    { schema: 'a', name: 'users' },
    { schema: 'with.dot', name: 'x' },
    { schema: 'with', name: 'dot.x' },
    { schema: 'b', name: 'Only' },
  ];
  it.each([
    ['a.users', { kind: 'found', table: known[1] }],
    ['a.USERS', { kind: 'unclear', tables: [known[0], known[1]] }],
    ['with.dot.x', { kind: 'unclear', tables: [known[2], known[3]] }],
    ['`with`.`dot.x`', { kind: 'found', table: known[3] }],
    ['b.only', { kind: 'found', table: known[4] }],
    ['b.none', { kind: 'unknown' }],
  ])('by %s', (text, meant) => {
    expect(namedTable(text, known)).toEqual(meant);
  });
});

it('rolling a table forward needs what it refers to, by way of others, and ends in a ring', () => {
  const key = (child: string, parent: string) => ({
    ...{ name: '', columns: '', rest: '' },
    child: { schema: 's', name: child },
    parent: { schema: 's', name: parent },
  });
  const keys = [key('a', 'b'), key('b', 'c'), key('c', 'a'), key('x', 'a')];
  expect(tablesNeeded({ schema: 's', name: 'a' }, keys).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

it('a definer is quoted at its last @, and a role has no host', () => {
  expect(definerOf('we@ird`@10.%')).toBe('`we@ird```@`10.%`');
  expect(definerOf('keeper')).toBe('`keeper`');
});
