import { expect, it } from 'vitest';
import { renderFacts, renderTable } from '../../../src/surfaces/cli/table.ts';

it('columns stand under their titles, numbers at the right, nothing trails', () => {
  const table = renderTable(
    [{ title: 'NAME' }, { title: 'ROWS', align: 'right' }, { title: 'NOTE' }],
    [
      ['a', '1', ''],
      ['emoji 🎓', '12,345', 'x'],
      ['漢字', '7', 'y'],
    ],
  );
  expect(table.split('\n')).toEqual([
    'NAME        ROWS  NOTE',
    'a              1',
    'emoji 🎓  12,345  x',
    '漢字           7  y',
  ]);
});

it('facts stand under each other', () => {
  expect(
    renderFacts([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toBe('a     1\nlong  2');
});
