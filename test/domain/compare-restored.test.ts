import { describe, expect, it } from 'vitest';
import { compareRestored, type RestoredFacts } from '../../src/domain/compare-restored.ts';
import type { Manifest } from '../../src/domain/manifest.ts';

const table = (name: string, rows: number, transactional = true) => ({
  schema: 'a',
  name,
  rows,
  transactional,
  engine: transactional ? 'InnoDB' : 'MyISAM',
  bytes: 1,
});
const none = { sequences: 0, procedures: 0, functions: 0, triggers: 0, events: 0 };
const manifest: Pick<Manifest, 'tables' | 'objects'> = {
  tables: [table('t', 2), table('old', 5, false)],
  objects: { schemas: 1, tables: 2, views: 3, brokenViews: 1, accounts: 4, ...none },
};

function restored({
  tables = ['t', 'old'],
  rows = [2, 5],
  views = ['v', 'w'],
  accounts = 4,
  checksum = '7',
} = {}): RestoredFacts {
  const names = (list: string[]) => list.map((name) => ({ schema: 'a', name }));
  const there = tables.map((name) => ({ ...table(name, 0), estimatedRows: 0 }));
  return {
    inventory: {
      ...{ schemas: ['a'], tables: there, sequences: [], views: names(views) },
      ...{ procedures: [], functions: [], triggers: [], events: [] },
    },
    rows: names(tables).map((name, index) => ({ ...name, rows: rows[index] ?? 0 })),
    accounts,
    checksums: [{ schema: 'a', name: 't', checksum }],
  };
}

describe('what was restored, beside what was backed up', () => {
  it('may lack the views that were broken already, and agrees otherwise', () => {
    expect(compareRestored(manifest, restored())).toEqual([]);
  });

  it('differs in a row, but not where nobody could count', () => {
    expect(compareRestored(manifest, restored({ rows: [1, 6] }))).toEqual([
      { problem: 'row-count', detail: '`a`.`t` has 1 rows restored, 2 were counted in the snapshot' },
    ]);
  });

  it('differs in what the rows hold, where the backup has a checksum of them', () => {
    expect(compareRestored(manifest, restored({ checksum: '8' }))).toEqual([]);
    const [, ...others] = manifest.tables;
    const summed = { ...manifest, tables: [{ ...table('t', 2), checksum: '7' }, ...others] };
    expect(compareRestored(summed, restored())).toEqual([]);
    const detail = 'the rows of `a`.`t` are not those of the snapshot: their checksum is 8, and was 7';
    expect(compareRestored(summed, restored({ checksum: '8' }))).toEqual([{ problem: 'checksum', detail }]);
  });

  it('differs in a table that is not there, and in one that should not be', () => {
    expect(compareRestored(manifest, restored({ tables: ['t', 'new'], rows: [2, 0] }))).toEqual([
      { problem: 'object-count', detail: 'the table `a`.`old` was not restored' },
      { problem: 'object-count', detail: 'the table `a`.`new` was restored and is not in the manifest' },
    ]);
  });

  it('differs in the number of any kind of object', () => {
    expect(compareRestored(manifest, restored({ views: ['v'], accounts: 3 })).map(({ detail }) => detail)).toEqual([
      '1 views were restored, 2 were backed up',
      '3 accounts were restored, 4 were backed up',
    ]);
  });
});
