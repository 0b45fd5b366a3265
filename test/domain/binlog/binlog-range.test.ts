import { describe, expect, it, test } from 'vitest';
import { cutter } from '../../../src/domain/binlog/binlog-cut.ts';
import { cutRange, isEmptyRange, rangeFrom, segmentsOf } from '../../../src/domain/binlog/binlog-range.ts';
import { type Base, traceChain } from '../../../src/domain/binlog/chain.ts';
import type { ScannedTransaction } from '../../../src/domain/binlog/scan-transactions.ts';
import { following, segmentOf } from '../../support/segments.ts';

const timeline = '20261125T000000Z-aaaa';
const one = segmentOf(1, { lastAt: '2026-11-25T01:30:00Z' });
const tail = segmentOf(1, { start: 1000, end: 1800, lastAt: '2026-11-25T01:40:00Z' });
const two = segmentOf(2, { ...following(tail), lastAt: '2026-11-25T02:30:00Z', completeThrough: 900 });
const base: Base = {
  backupId: '20261125T011500Z-full-alumni-x7k2',
  serverUuid: 'server-1',
  snapshotAt: new Date('2026-11-25T01:15:00Z'),
  position: { file: 'binlog.000001', offset: 400, gtidSet: '' },
};

describe('a range', () => {
  it('has whole files from the one of the position on, and ends behind the last whole transaction', () => {
    const found = rangeFrom(base, traceChain([two, tail, one]));
    expect(found?.range).toEqual({
      flavour: 'mysql',
      from: 400,
      files: [
        { timeline, file: 'binlog.000001', end: 1800 },
        { timeline, file: 'binlog.000002', end: 900 },
      ],
    });
    expect(found?.segments.map((own) => own.map(({ start }) => start))).toEqual([[0, 1000], [0]]);
  });

  it('does not lead over a gap', () => {
    const found = rangeFrom(base, traceChain([one, two]));
    expect(found?.range.files.map(({ file }) => file)).toEqual(['binlog.000001']);
    expect(
      rangeFrom({ ...base, position: { ...base.position, offset: 1500 } }, traceChain([one, two])),
    ).toBeUndefined();
  });

  it('stays the same when the chain grows and is compacted past its end', () => {
    const [before, after] = [traceChain([one, tail]), traceChain([segmentOf(1, { end: 1800 }), two])];
    const place = { timeline, file: 'binlog.000001', end: 1500 };
    const cut = (chain: typeof before) => {
      const whole = rangeFrom(base, chain)?.range;
      return whole && cutRange(whole, place);
    };
    expect(cut(before)).toEqual(cut(after));
    expect(cut(before)?.files).toEqual([place]);
  });

  it('cannot be cut outside itself, or before the backup', () => {
    const range = rangeFrom(base, traceChain([one, tail, two]))?.range;
    if (!range) throw new Error('no range');
    expect(cutRange(range, { timeline, file: 'binlog.000002', end: 901 })).toBeUndefined();
    expect(cutRange(range, { timeline, file: 'binlog.000003', end: 100 })).toBeUndefined();
    expect(cutRange(range, { timeline, file: 'binlog.000001', end: 400 })).toBeUndefined();
    expect(isEmptyRange({ ...range, from: 1800, files: [{ timeline, file: 'binlog.000001', end: 1800 }] })).toBe(true);
  });

  it('takes the segments of a file only where none is missing', () => {
    const stored = (...facts: (typeof one)[]) => facts.map((each) => ({ facts: each }));
    const file = { timeline, file: 'binlog.000001', end: 1500 };
    expect(segmentsOf(file, stored(two, tail, one))?.map(({ facts }) => facts.start)).toEqual([0, 1000]);
    expect(segmentsOf(file, stored(one))).toBeUndefined();
    expect(segmentsOf(file, stored(tail))).toBeUndefined();
  });
});

const at = (time: string) => Date.parse(`2026-11-25T${time}Z`) / 1000;
const uuid = 'aaaaaaaa-0000-4000-8000-000000000001';
const transactions: ScannedTransaction[] = [1, 2, 3, 4].map((number) => ({
  start: number * 100,
  end: number * 100 + 100,
  gtid: { origin: uuid, number },
  last: at(`01:00:0${number}`),
  tables: new Map(),
}));

/** Where the four transactions, at 100, 200, 300 and 400 and each a second later, are cut. */
function cutAt(wanted: Parameters<typeof cutter>[0], executed = ''): number | undefined {
  const cuts = cutter(wanted, 'mysql', executed);
  return transactions.map((each) => cuts.take('binlog.000001', each)).find((end) => end !== undefined);
}

describe('the end', () => {
  test.each([
    ['a moment keeps what was over a whole second before', { kind: 'moment', at: '2026-11-25T01:00:03Z' }, 300],
    ['a moment within a second leaves that second out', { kind: 'moment', at: '2026-11-25T01:00:03.900Z' }, 300],
    ['a moment before everything', { kind: 'moment', at: '2026-11-25T00:00:00Z' }, 100],
    ['a moment after everything', { kind: 'moment', at: '2026-11-25T02:00:00Z' }, undefined],
    ['a GTID is in', { kind: 'gtid', set: `${uuid}:2` }, 300],
    ['a set is in when the last of it is', { kind: 'gtid', set: `${uuid}:1-3` }, 400],
    ['before a GTID', { kind: 'before-statement', gtid: `${uuid}:3` }, 300],
    [
      'before a place within a transaction',
      { kind: 'before-statement', place: { file: 'binlog.000001', position: 250 } },
      200,
    ],
    [
      'before a place where one begins',
      { kind: 'before-statement', place: { file: 'binlog.000001', position: 300 } },
      300,
    ],
    [
      'before a place in another file',
      { kind: 'before-statement', place: { file: 'binlog.000002', position: 250 } },
      undefined,
    ],
  ] as const)('%s', (_, wanted, expected) => {
    expect(cutAt(wanted)).toBe(expected);
  });

  it('is reached without a cut where the last transaction of a set is the last of all', () => {
    const cuts = cutter({ kind: 'gtid', set: `${uuid}:9` }, 'mysql', `${uuid}:1-8`);
    expect(cuts.reached).toBe(false);
    expect(cuts.mayBeIn([segmentOf(1, { history: `${uuid}:9` })])).toBe(true);
    expect(cutter({ kind: 'gtid', set: `${uuid}:9` }, 'mysql', `${uuid}:1-9`).reached).toBe(true);
  });

  it('is looked for only in files that may hold it', () => {
    const cuts = cutter({ kind: 'moment', at: '2026-11-25T01:35:00Z' }, 'mysql', '');
    expect([one, tail].map((segment) => cuts.mayBeIn([segment]))).toEqual([false, true]);
  });
});
