import { expect, test } from 'vitest';
import { columnForInserts, type LoadedColumn, loadDataStatement } from '../../src/domain/load-data.ts';

const column = (name: string, type: string, generated = false): LoadedColumn => ({
  name,
  type,
  generated,
  counts: false,
});
const columns = [
  column('id', 'int'),
  column('u`uid', 'binary'),
  column('sum', 'decimal', true),
  column('j', 'json'),
  column('b', 'longblob'),
];

test('undoes hex, and passes over what the server computes itself', () => {
  const head = { schema: 's', name: 't`t', columns: undefined, between: '),\n(' };
  expect(loadDataStatement(head, columns)).toBe(
    "LOAD DATA LOCAL INFILE 'rows' INTO TABLE `s`.`t``t` CHARACTER SET utf8mb4 " +
      "FIELDS TERMINATED BY ',' ENCLOSED BY '\\'' ESCAPED BY '\\\\' LINES TERMINATED BY '),\\n(' " +
      '(`id`, @field_1, @field_2, `j`, @field_4) ' +
      'SET `u``uid` = UNHEX(SUBSTR(@field_1, 3)), `b` = UNHEX(SUBSTR(@field_4, 3))',
  );
});

test('takes the columns that the dump names', () => {
  const head = { schema: 's', name: 't', columns: ['j', 'id'], between: '),(' };
  expect(loadDataStatement(head, columns)).toContain("LINES TERMINATED BY '),(' (`j`, `id`)");
});

test('leaves to INSERT what it does not know, but for what is computed', () => {
  expect(columnForInserts(columns)).toBeUndefined();
  expect(columnForInserts([...columns, column('where', 'point'), column('bits', 'bit')])?.name).toBe('where');
  expect(columnForInserts([column('where', 'point', true)])).toBeUndefined();
});
