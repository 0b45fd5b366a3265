import { describe, expect, test } from 'vitest';
import type { RetentionPolicy } from '../../src/domain/retention/retention.ts';
import { pinWarnings, storageWarnings } from '../../src/domain/retention-warnings.ts';
import { repositoryUse, type StoredItem } from '../../src/domain/storage-use.ts';
import { catalogued } from '../support/catalogued.ts';

const now = new Date('2026-11-25T12:00:00Z');
const day = 86_400_000;
const gib = 1024 ** 3;
const policy: RetentionPolicy = { full: 30, schema: 90 };

function item(daysAgo: number, change: Partial<StoredItem> = {}): StoredItem {
  const at = new Date(now.getTime() - daysAgo * day);
  const { kind = 'full' } = change;
  const keep = policy[kind as 'full'] ?? 0;
  return { source: 'alumni', kind, at, bytes: gib, leavesAt: new Date(at.getTime() + keep * day), ...change };
}

/** A full a day for so many days, the last ten hours ago. */
function daily(days: number, change: Partial<StoredItem> = {}): StoredItem[] {
  return Array.from({ length: days }, (_, index) => item(index + 10 / 24, change));
}

function use(items: StoredItem[], freeGib: number | null = 100) {
  const facts = {
    repository: 'primary',
    location: '/backup',
    freeBytes: freeGib === null ? null : freeGib * gib,
    items,
  };
  return repositoryUse(facts, policy, now);
}

describe('what lies there', () => {
  test('is added up by source and kind, the largest source first', () => {
    const items = [...daily(3), item(2, { kind: 'schema', bytes: 5 }), ...daily(9, { source: 'billing' })];
    const { bytes, sources } = use(items);
    expect(bytes).toBe(12 * gib + 5);
    expect(sources.map(({ source, bytes }) => [source, bytes])).toEqual([
      ['billing', 9 * gib],
      ['alumni', 3 * gib + 5],
    ]);
    expect(sources[1]?.kinds).toMatchObject([
      { kind: 'full', count: 3, bytes: 3 * gib, bytesPerDay: gib },
      { kind: 'schema', count: 1, bytes: 5, bytesPerDay: 5 },
    ]);
  });

  test.each([
    ['a daily backup', daily(40), gib],
    ['two days of one', daily(2), gib],
    ['the very first', [item(0.1)], gib],
    ['a weekly one', [item(1), item(8), item(15), item(22)], gib / 7],
    ['one in a fortnight', [item(3), item(17)], gib / 14],
    ['hourly pieces', Array.from({ length: 480 }, (_, hour) => item(hour / 24, { kind: 'binlog' })), 24 * gib],
    ['what has not come for a month', [item(31), item(32)], 0],
  ])('%s comes at its rate', (_, items, expected) => {
    expect(use(items).sources[0]?.bytesPerDay).toBeCloseTo(expected, -6);
  });
});

describe('looking ahead', () => {
  test('a new installation fills until its first backups go, and the disk holds them or not', () => {
    expect(use(daily(2), 40)).toMatchObject({ growthPerDay: gib, fullInDays: null });
    // 28 more come before the first one goes.
    expect(use(daily(2), 29).fullInDays).toBeNull();
    expect(use(daily(2), 20).fullInDays).toBe(21);
  });

  test('one that is in balance does not grow', () => {
    const { growthPerDay, fullInDays } = use(daily(30), 2);
    expect(Math.abs(growthPerDay)).toBeLessThan(gib / 1000);
    expect(fullInDays).toBeNull();
  });

  test('what is kept for ever fills every disk', () => {
    expect(use(daily(30, { leavesAt: null }), 10).fullInDays).toBe(11);
    const forEver = daily(30, { kind: 'incremental', leavesAt: null });
    expect(use(forEver, 200).fullInDays).toBe(201);
    expect(use(forEver, 400).fullInDays).toBeNull();
  });

  test('a bucket is never full', () => {
    expect(use(daily(30, { leavesAt: null }), null).fullInDays).toBeNull();
  });

  test('an empty repository is told as such', () => {
    expect(use([], 10)).toMatchObject({ bytes: 0, growthPerDay: 0, fullInDays: null, sources: [] });
  });
});

describe('warnings', () => {
  const filling = use(daily(3, { leavesAt: null }), 10);

  test.each([
    [14, 'warning', 11],
    [11, 'warning', 11],
    [10, undefined, 11],
    [14, 'critical', 2],
  ])('with %i days: %s for a disk that is full in %s', (warnWithinDays, severity, fullInDays) => {
    const warnings = storageWarnings({ uses: [{ ...filling, fullInDays }], warnWithinDays });
    expect(warnings[0]?.severity).toBe(severity);
  });

  test('a disk says how much is free and how fast it fills', () => {
    const [warning] = storageWarnings({ uses: [filling], warnWithinDays: 14 });
    expect(warning?.text).toBe(
      'The disk of primary (/backup) is full in 11 days: 10 GiB are free, and it grows by 1.0 GiB a day.',
    );
  });

  const old = '20261001T020000Z-full-alumni-aaaa';
  const pin = { reason: 'before the move', by: 'asha', at: '2026-10-02T00:00:00.000Z' };
  const until = (days: number) => new Date(now.getTime() + days * day).toISOString();

  test.each([
    ['ends soon on a backup that goes then', catalogued(old, { pin: { ...pin, until: until(3) } }), true],
    ['ends later', catalogued(old, { pin: { ...pin, until: until(8) } }), false],
    ['has ended', catalogued(old, { pin: { ...pin, until: until(-1) } }), false],
    ['has no end', catalogued(old, { pin: { ...pin, until: null } }), false],
    [
      'ends on a backup that stays anyway',
      catalogued('20261124T020000Z-full-alumni-bbbb', { pin: { ...pin, until: until(3) } }),
      false,
    ],
  ])('a pin that %s', (_, entry, isTold) => {
    const warnings = pinWarnings([entry], policy, now);
    expect(warnings.map(({ text }) => text)).toEqual(
      isTold ? [`The pin on ${old} (before the move) ends in 3 d, and the backup goes with it.`] : [],
    );
  });
});
