import { describe, expect, it } from 'vitest';
import { backupIdSchema, makeBackupId, parseBackupId, sourceNamePattern } from '../../src/domain/backup-id.ts';
import { backupIdOfKey, setPrefix } from '../../src/domain/backup-set.ts';

const startedAt = new Date('2026-11-23T02:00:00.987Z');

describe('a backup id', () => {
  it.each(['alumni', 'a', 'full-full', 'x-full-alumni-x7k2', 'my_db-2'])('says what it was made of: %s', (source) => {
    const id = makeBackupId('full', source, startedAt, 'x7k2');
    expect(id).toBe(`20261123T020000Z-full-${source}-x7k2`);
    expect(parseBackupId(id)).toEqual({
      kind: 'full',
      source,
      startedAt: new Date('2026-11-23T02:00:00Z'),
      suffix: 'x7k2',
    });
    expect(backupIdSchema.safeParse(id).success).toBe(true);
    expect(sourceNamePattern.test(source)).toBe(true);
  });

  it.each([
    '',
    'latest',
    '20261123T020000Z-full-alumni',
    '20261123T020000Z-full-alumni-x7k',
    '20261123T020000Z-huge-alumni-x7k2',
    '20261123T020000Z-full-Alumni-x7k2',
    '20261123T020000Z-full-../x-x7k2',
    '20261323T020000Z-full-alumni-x7k2',
    ' 20261123T020000Z-full-alumni-x7k2',
    '20261123T020000Z-full-alumni-x7k2\n',
  ])('is not %j', (text) => {
    expect(parseBackupId(text)).toBeUndefined();
    expect(setPrefix(text)).toBeUndefined();
  });

  it('sorts by time', () => {
    const ids = [3, 1, 2].map((hour) => makeBackupId('full', 'a', new Date(Date.UTC(2026, 0, 1, hour)), 'aaaa'));
    expect([...ids].sort()).toEqual([ids[1], ids[2], ids[0]]);
  });

  it('is known from a key only where the key is of its own set', () => {
    const id = makeBackupId('full', 'alumni', startedAt, 'x7k2');
    expect(backupIdOfKey(`${setPrefix(id)}parts/100-data.sql.zst`)).toBe(id);
    expect(backupIdOfKey(`other/full/${id}/manifest`)).toBeUndefined();
    expect(backupIdOfKey(`alumni/schema/${id}/manifest`)).toBeUndefined();
    expect(backupIdOfKey('recover.mjs')).toBeUndefined();
  });
});
