import { expect, it } from 'vitest';
import type { DumpLayout } from '../../src/domain/dump-layout.ts';
import type { Inventory } from '../../src/domain/inventory.ts';
import { describeParts, objectCounts, tableRows } from '../../src/domain/manifest-parts.ts';

const table = (name: string, transactional = true) => ({
  schema: 's',
  name,
  engine: transactional ? 'InnoDB' : 'MyISAM',
  transactional,
  bytes: 10,
  estimatedRows: 1,
});
const inventory: Inventory = {
  schemas: ['s', 'empty'],
  tables: [table('cut'), table('small'), table('old', false)],
  sequences: [],
  views: [{ schema: 's', name: 'v' }],
  procedures: [],
  functions: [{ schema: 's', name: 'f' }],
  triggers: [],
  events: [],
};
const layout: DumpLayout = {
  parts: [
    { name: 'parts/010-structure.sql.zst', role: 'structure', tables: [], estimatedBytes: 0 },
    {
      name: 'parts/100-data.sql.zst',
      role: 'data',
      tables: [{ schema: 's', name: 'cut', range: 'k < 5' }],
      estimatedBytes: 5,
    },
    {
      name: 'parts/101-data.sql.zst',
      role: 'data',
      tables: [{ schema: 's', name: 'cut', range: 'k >= 5' }],
      estimatedBytes: 5,
    },
    {
      name: 'parts/102-data.sql.zst',
      role: 'data',
      tables: [
        { schema: 's', name: 'small' },
        { schema: 's', name: 'old' },
      ],
      estimatedBytes: 20,
    },
  ],
};
const counts = [
  { part: 'parts/102-data.sql.zst', rows: [7, 8] },
  { part: 'parts/100-data.sql.zst', rows: [4] },
  { part: 'parts/101-data.sql.zst', rows: [6] },
];
// Parts are stored in whatever order their dumps end.
const stored = layout.parts
  .map(({ name }, index) => ({
    name,
    rawBytes: 100 + index,
    storedBytes: 10 + index,
    sha256: String(index).repeat(64),
  }))
  .reverse();

it('puts parts in restore order with what was planned, stored and counted for each', () => {
  expect(
    describeParts(layout, stored, counts, inventory).map(({ name, rawBytes, tables }) => [name, rawBytes, tables]),
  ).toEqual([
    ['parts/010-structure.sql.zst', 100, []],
    ['parts/100-data.sql.zst', 101, [{ schema: 's', name: 'cut', range: 'k < 5', rows: 4 }]],
    ['parts/101-data.sql.zst', 102, [{ schema: 's', name: 'cut', range: 'k >= 5', rows: 6 }]],
    [
      'parts/102-data.sql.zst',
      103,
      [
        { schema: 's', name: 'small', rows: 7 },
        { schema: 's', name: 'old', rows: 8, exact: false },
      ],
    ],
  ]);
});

it('never describes a part that was planned and not stored', () => {
  expect(() => describeParts(layout, stored.slice(1), counts, inventory)).toThrow(
    '102-data.sql.zst was planned but not stored',
  );
});

it('sums the rows of a table over its ranges', () => {
  expect(
    tableRows(inventory, layout, counts).map(({ name, rows, transactional }) => [name, rows, transactional]),
  ).toEqual([
    ['cut', 10, true],
    ['small', 7, true],
    ['old', 8, false],
  ]);
});

it('counts objects of every kind', () => {
  expect(objectCounts(inventory, 3)).toEqual({
    schemas: 2,
    tables: 3,
    sequences: 0,
    views: 1,
    procedures: 0,
    functions: 1,
    triggers: 0,
    events: 0,
    accounts: 3,
  });
});
