import { describe, expect, test } from 'vitest';
import { backupReport } from '../../src/domain/backup-report.ts';
import { catalogued } from '../support/catalogued.ts';

const mebibyte = 1024 * 1024;
const id = '20261123T020000Z-full-alumni-aaaa';
const earlier = (day: number, change = {}) => catalogued(`202611${day}T020000Z-full-alumni-b0${day}`, change);

describe('a report', () => {
  test('has sizes, ratio, time and rate', () => {
    const report = backupReport(catalogued(id, { rawBytes: 840 * mebibyte, storedBytes: 120 * mebibyte }), []);
    expect(report).toMatchObject({ ratio: 7, durationMilliseconds: 42_000, bytesPerSecond: 20 * mebibyte });
  });

  test('of an empty backup divides by nothing', () => {
    const nothing = { rawBytes: 0, storedBytes: 0, rows: 0, finishedAt: '2026-11-23T02:00:00Z' };
    const report = backupReport(catalogued(id, nothing), [earlier(22, nothing)]);
    expect(report).toMatchObject({ ratio: 1, bytesPerSecond: 0, change: { rawBytes: 0, rows: 0, shrank: false } });
  });
});

describe('the change', () => {
  test('is unknown for the first', () => {
    expect(backupReport(catalogued(id), []).change).toBeNull();
  });

  test('is against the median of the last five, so that one outlier does not hide it', () => {
    const sizes = [1000, 1000, 10, 1000, 1000, 5000];
    const others = sizes.map((size, index) => earlier(22 - index, { rawBytes: size * mebibyte }));
    const { change } = backupReport(catalogued(id, { rawBytes: 1100 * mebibyte }), others);
    expect(change?.over).toBe(5);
    expect(change?.rawBytes).toBeCloseTo(0.1);
  });

  test.each([
    ['10 % less', { rawBytes: 900, rows: 1000 }, false],
    ['20 % less', { rawBytes: 800, rows: 1000 }, true],
    ['as big, with half the rows', { rawBytes: 1000, rows: 500 }, true],
    ['twice as big', { rawBytes: 2000, rows: 2000 }, false],
  ])('of %s', (_, now, shrank) => {
    const before = earlier(22, { rawBytes: 1000, rows: 1000 });
    expect(backupReport(catalogued(id, now), [before]).change?.shrank).toBe(shrank);
  });

  test('leaves out bad ones, other sources, other kinds and later ones', () => {
    const verified = { at: '2026-11-22T03:00:00Z', verdict: 'bad', depth: 'read' } as const;
    const others = [
      earlier(22, { verified }),
      earlier(21, { source: 'billing' }),
      earlier(20, { kind: 'schema' }),
      catalogued('20261124T020000Z-full-alumni-zzzz'),
      catalogued(id),
    ];
    expect(backupReport(catalogued(id), others).change).toBeNull();
  });
});
