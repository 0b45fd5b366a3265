import { describe, expect, test } from 'vitest';
import { decideRetention, inOrderOfGoing } from '../../../src/domain/retention/decide-retention.ts';
import type { RetentionEntry, RetentionPolicy, RetentionState } from '../../../src/domain/retention/retention.ts';

const now = new Date('2026-11-25T04:30:00Z');
const policy: RetentionPolicy = { full: 30, incremental: 7, schema: 90 };
const day = 86_400_000;

function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * day);
}

/** `full 31 good` is a full backup of 31 days ago; `binlog 9-8` a segment that covers that day. */
function entry(line: string, change: Partial<RetentionEntry> = {}): RetentionEntry {
  const [kind = '', age = '', state = 'good'] = line.split(' ');
  const [from, to = from] = age.split('-').map(Number);
  return {
    id: `${kind} ${age}`,
    kind: kind as RetentionEntry['kind'],
    takenAt: daysAgo(to ?? 0),
    ...(to !== from && { coversFrom: daysAgo(from ?? 0) }),
    state: state as RetentionState,
    pin: null,
    ...change,
  };
}

/** `full 31: keep newest-good`, one line for each entry. */
function decided(entries: readonly RetentionEntry[], chosen = policy): string[] {
  return decideRetention(entries, chosen, now).map(
    ({ id, verdict, reason }) => `${id}: ${verdict}${verdict === 'keep' ? ` ${reason}` : ''}`,
  );
}

function table(...lines: string[]): RetentionEntry[] {
  return lines.map((line) => entry(line));
}

describe('by age alone', () => {
  test('fulls are kept 30 days, incrementals 7, schemas 90, each to the moment', () => {
    expect(
      decided([
        ...table('full 30', 'full 29.99', 'full 0.1', 'incremental 29', 'incremental 7', 'incremental 6.99'),
        ...table('schema 90', 'schema 89.99', 'schema 0.1'),
      ]),
    ).toEqual([
      'full 30: remove',
      'full 29.99: keep young',
      'full 0.1: keep young',
      'incremental 29: keep chain',
      'incremental 7: keep chain',
      'incremental 6.99: keep young',
      'schema 90: remove',
      'schema 89.99: keep young',
      'schema 0.1: keep young',
    ]);
  });

  test('what has no time of its own is kept', () => {
    expect(decided(table('full 3000', 'full 1', 'schema 3000', 'binlog 3000'), {})).toEqual([
      'full 3000: keep unlimited',
      'full 1: keep unlimited',
      'schema 3000: keep unlimited',
      'binlog 3000: keep unlimited',
    ]);
  });

  test('what a wrong clock put into the future is kept, and lets nothing go', () => {
    const ahead = entry('full 0', { id: 'ahead', takenAt: daysAgo(-400) });
    expect(decided([ahead, entry('full 31')])).toEqual(['ahead: keep young', 'full 31: keep newest-good']);
  });
});

describe('the newest verified full', () => {
  test('never goes, however old, whatever failed after it', () => {
    expect(decided(table('full 402', 'full 400', 'full 60 bad', 'full 40 unverified', 'full 31 bad'))).toEqual([
      'full 402: remove',
      'full 400: keep newest-good',
      'full 60: remove',
      'full 40: remove',
      'full 31: remove',
    ]);
  });

  test('goes once a verified one is newer, and not for an unverified or a bad one', () => {
    expect(decided(table('full 31', 'full 1 unverified'))[0]).toBe('full 31: keep newest-good');
    expect(decided(table('full 31', 'full 1 bad'))[0]).toBe('full 31: keep newest-good');
    expect(decided(table('full 31', 'full 1 shredded'))[0]).toBe('full 31: keep newest-good');
    expect(decided(table('full 31', 'full 1 good'))[0]).toBe('full 31: remove');
  });

  test('keeps everything that leads on from it, however old', () => {
    expect(
      decided(
        table(
          'binlog 401-400.5',
          'full 400',
          'binlog 400.5-399',
          'incremental 399',
          'binlog 399-398',
          'binlog 398-200',
        ),
      ),
    ).toEqual([
      'binlog 401-400.5: remove',
      'full 400: keep newest-good',
      'binlog 400.5-399: keep chain',
      'incremental 399: keep chain',
      'binlog 399-398: keep chain',
      'binlog 398-200: keep chain',
    ]);
  });

  test('where there is none, no full goes but one whose key was destroyed', () => {
    expect(decided(table('full 60 bad', 'full 50 unverified', 'full 45 shredded', 'full 1 unverified'))).toEqual([
      'full 60: keep none-good',
      'full 50: keep none-good',
      'full 45: remove',
      'full 1: keep young',
    ]);
  });
});

test('the newest verified schema backup stays as well, and schema backups say nothing about fulls', () => {
  expect(decided(table('schema 200', 'schema 100', 'schema 95 bad', 'full 31 unverified'))).toEqual([
    'schema 200: remove',
    'schema 100: keep newest-good',
    'schema 95: remove',
    'full 31: keep none-good',
  ]);
});

describe('a full outlives its time', () => {
  test('while incrementals that are kept begin after it, and so does what lies between', () => {
    const weekly: RetentionPolicy = { full: 3, incremental: 7 };
    expect(
      decided(
        table('full 15', 'full 8', 'full 5', 'full 1', 'binlog 9-8.5', 'binlog 8.5-7.5', 'binlog 7.5-6', 'binlog 2-0'),
        weekly,
      ),
    ).toEqual([
      'full 15: remove',
      'full 8: keep base',
      'full 5: remove',
      'full 1: keep young',
      'binlog 9-8.5: remove',
      'binlog 8.5-7.5: keep chain',
      'binlog 7.5-6: keep young',
      'binlog 2-0: keep young',
    ]);
  });

  test('but not a bad one: nothing can be rolled forward from it', () => {
    expect(decided(table('full 40', 'full 32 bad', 'full 5', 'incremental 6', 'full 1'))).toEqual([
      'full 40: keep base',
      'full 32: remove',
      'full 5: keep young',
      'incremental 6: keep young',
      'full 1: keep young',
    ]);
  });

  test('and not for incrementals that have none before them', () => {
    expect(decided(table('incremental 6', 'full 5', 'full 1'), { ...policy, full: 3 })).toEqual([
      'incremental 6: keep young',
      'full 5: remove',
      'full 1: keep young',
    ]);
  });

  test('for a segment that was stored a moment before its snapshot, by clocks that differ', () => {
    const soon = entry('binlog 9', { takenAt: new Date(daysAgo(8).getTime() - 60_000) });
    expect(decided([soon, ...table('full 8', 'binlog 8-6')], policy)[0]).toBe('binlog 9: keep chain');
  });
});

describe('a pin', () => {
  const pin = { reason: 'before the move', by: 'asha', at: daysAgo(50).toISOString(), until: null };

  test('keeps what it is on until its end, and nothing longer', () => {
    const held = entry('full 50', { pin: { ...pin, until: daysAgo(-1).toISOString() } });
    const ended = entry('full 45', { pin: { ...pin, until: daysAgo(0).toISOString() } });
    const endless = entry('full 44 bad', { pin });
    const verdicts = decideRetention([held, ended, endless, entry('full 1')], policy, now);
    expect(verdicts.map(({ verdict, reason }) => `${verdict} ${reason}`)).toEqual([
      'keep pinned',
      'remove over',
      'keep pinned',
      'keep young',
    ]);
    expect(verdicts.map(({ until }) => until?.toISOString().slice(0, 10))).toEqual([
      '2026-11-26',
      undefined,
      undefined,
      '2026-12-24',
    ]);
    expect(verdicts[0]?.why).toBe('pinned by asha until 2026-11-26: before the move');
  });

  test('on an incremental keeps what it needs, and no more', () => {
    const pinned = entry('incremental 40', { coversFrom: daysAgo(40.25), pin });
    expect(
      decided([
        ...table('full 45', 'full 42', 'binlog 42.5-42.1', 'binlog 42-41', 'binlog 41-40', 'binlog 39.9-39'),
        pinned,
        ...table('full 38', 'full 1'),
      ]),
    ).toEqual([
      'full 45: remove',
      'full 42: keep base',
      'binlog 42.5-42.1: remove',
      'binlog 42-41: keep chain',
      'binlog 41-40: keep chain',
      'binlog 39.9-39: remove',
      'incremental 40: keep pinned',
      'full 38: remove',
      'full 1: keep young',
    ]);
  });

  test('on a backup that is young anyway says until when it stays', () => {
    const pinned = entry('full 1', { pin: { ...pin, until: daysAgo(-3).toISOString() } });
    expect(decideRetention([pinned], policy, now)[0]?.until).toEqual(daysAgo(-29));
  });
});

describe('what cannot go at the moment', () => {
  const hold = { reason: 'locked', why: 'Object Lock keeps it' } as const;

  test('stays, and so does what it needs', () => {
    const held = entry('incremental 40', { coversFrom: daysAgo(40.25), hold });
    expect(decided([...table('full 45', 'full 42', 'binlog 41-40'), held, ...table('full 38', 'full 1')])).toEqual([
      'full 45: remove',
      'full 42: keep base',
      'binlog 41-40: keep chain',
      'incremental 40: keep locked',
      'full 38: remove',
      'full 1: keep young',
    ]);
  });

  test('is said of nothing that stays for another reason', () => {
    expect(decided([entry('full 31', { hold }), entry('full 40', { hold })])).toEqual([
      'full 31: keep newest-good',
      'full 40: keep locked',
    ]);
  });
});

describe('in words', () => {
  test('every verdict says why', () => {
    const verdicts = decideRetention(
      table('full 31', 'full 8', 'incremental 6', 'full 1', 'binlog 9-7.5', 'schema 95'),
      { ...policy, full: 0.5 },
      now,
    );
    expect(verdicts.map(({ id, why }) => `${id}: ${why}`)).toEqual([
      'full 31: its 12 hours were over on 2026-10-25; full 1, verified, stays',
      'full 8: recovery to any moment since 2026-11-19 begins with it',
      'incremental 6: its 7 days are over on 2026-11-26',
      'full 1: the newest verified full backup never goes',
      'binlog 9-7.5: recovery from full 8 leads through it',
      'schema 95: the newest verified schema backup never goes',
    ]);
  });
});

test('what goes, goes before what it needs: schemas, the newest incremental, the oldest binlog file, the oldest full', () => {
  const verdicts = decideRetention(
    table(
      'full 40',
      'full 39',
      'binlog 39.5',
      'binlog 39.7',
      'incremental 39.2',
      'schema 99',
      'schema 1',
      'incremental 39.1',
      'full 1',
    ),
    policy,
    now,
  );
  expect(inOrderOfGoing(verdicts).map(({ id }) => id)).toEqual([
    'schema 99',
    'incremental 39.2',
    'incremental 39.1',
    'binlog 39.5',
    'binlog 39.7',
    'full 39',
    'full 40',
  ]);
});
