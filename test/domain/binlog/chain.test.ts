import { describe, expect, test } from 'vitest';
import { type Base, reachOf, traceChain } from '../../../src/domain/binlog/chain.ts';
import { mergeSegments } from '../../../src/domain/binlog/merge-segments.ts';
import type { SegmentFacts } from '../../../src/domain/binlog/segment.ts';
import { following, segmentOf } from '../../support/segments.ts';

const uuid = 'aaaaaaaa-0000-4000-8000-000000000001';
const later = '20261126T000000Z-bbbb';

/** `1:0-1000` for each segment, stretches apart. */
function shape(segments: readonly SegmentFacts[]): string[] {
  return traceChain(segments).stretches.map((stretch) =>
    stretch.segments.map(({ file, start, end }) => `${Number(file.slice(-6))}:${start}-${end}`).join(' '),
  );
}

const one = segmentOf(1);
const two = segmentOf(2, following(one));

describe('segments are laid behind each other', () => {
  test.each<[string, SegmentFacts[], string[]]>([
    ['nothing', [], []],
    ['one', [one], ['1:0-1000']],
    ['ranges of a file, in whatever order they come', [segmentOf(1, { start: 1000 }), one], ['1:0-1000 1:1000-2000']],
    ['files of which one follows the other', [two, one], ['1:0-1000 2:0-1000']],
    [
      'ten files by number, not by name',
      [segmentOf(10, following(segmentOf(9))), segmentOf(9)],
      ['9:0-1000 10:0-1000'],
    ],
    ['a range that is missing', [one, segmentOf(1, { start: 1500 })], ['1:0-1000', '1:1500-2500']],
    ['a file that nobody says it follows', [one, segmentOf(2)], ['1:0-1000', '2:0-1000']],
    [
      'a file that followed another end',
      [one, segmentOf(2, following(segmentOf(1, { end: 900 })))],
      ['1:0-1000', '2:0-1000'],
    ],
    ['a file in between that is missing', [one, segmentOf(3, following(segmentOf(2)))], ['1:0-1000', '3:0-1000']],
    [
      'what the server itself says it has lost',
      [one, segmentOf(1, { start: 1000, incidents: 1 })],
      ['1:0-1000', '1:1000-2000'],
    ],
    ['another timeline', [one, segmentOf(2, { timeline: later })], ['1:0-1000', '2:0-1000']],
    [
      'another timeline that says it follows',
      [one, segmentOf(7, { timeline: later, serverUuid: 'server-2', ...following(one) })],
      ['1:0-1000 7:0-1000'],
    ],
    ['the same name in another timeline', [one, segmentOf(1, { timeline: later })], ['1:0-1000', '1:0-1000']],
    [
      'pieces beside the whole',
      [
        one,
        segmentOf(1, { start: 1000 }),
        segmentOf(1, { end: 2000 }),
        segmentOf(2, following(segmentOf(1, { end: 2000 }))),
      ],
      ['1:0-2000 2:0-1000'],
    ],
    [
      'pieces of which one was removed already',
      [segmentOf(1, { start: 1000 }), segmentOf(1, { end: 2000 })],
      ['1:0-2000'],
    ],
  ])('%s', (_, segments, expected) => {
    expect(shape(segments)).toEqual(expected);
  });

  test('a gap says between which moments, and why', () => {
    const lastAt = '2026-11-25T01:30:00.000Z';
    const { gaps } = traceChain([
      segmentOf(1, { lastAt }),
      segmentOf(4, { firstAt: '2026-11-25T04:10:00.000Z' }),
      segmentOf(1, { timeline: later, begins: 'reset', fileCreatedAt: '2026-11-26T00:00:00Z' }),
    ]);
    expect(gaps).toMatchObject([
      {
        reason: 'missing',
        after: { file: 'binlog.000001', end: 1000, at: new Date(lastAt) },
        before: { at: new Date('2026-11-25T04:10:00Z') },
      },
      { reason: 'reset', before: { timeline: later, at: new Date('2026-11-26T00:00:00Z') } },
    ]);
  });
});

describe('a stretch', () => {
  test('ends with its last whole transaction, and brings back the moment that is held there', () => {
    const { stretches } = traceChain([
      segmentOf(1, { heldAllAt: '2026-11-25T01:10:00.000Z', lastAt: '2026-11-25T01:09:00.000Z' }),
      segmentOf(1, { start: 1000, completeThrough: 1000, transactions: 0 }),
      segmentOf(1, { start: 2000, completeThrough: 1000, transactions: 0 }),
    ]);
    expect(stretches).toMatchObject([
      { end: { file: 'binlog.000001', end: 1000 }, throughAt: new Date('2026-11-25T01:10:00Z') },
    ]);
  });

  test('knows what a server has executed that has all of it', () => {
    const { stretches } = traceChain([
      segmentOf(1, { before: `${uuid}:1-5`, history: `${uuid}:6-9` }),
      segmentOf(1, { start: 1000, history: `${uuid}:10:tag:1` }),
      segmentOf(2, { ...following(segmentOf(1, { end: 2000 })), before: `${uuid}:1-10:tag:1`, history: `${uuid}:11` }),
    ]);
    expect(stretches[0]?.history).toBe(`${uuid}:1-11:tag:1`);
  });
});

const base: Base = {
  backupId: 'full-1',
  serverUuid: 'server-1',
  snapshotAt: new Date('2026-11-25T01:30:00Z'),
  position: { file: 'binlog.000001', offset: 500, gtidSet: '' },
};
const held = { heldAllAt: '2026-11-25T05:00:00.000Z' };
const chainOf = (...segments: SegmentFacts[]) => traceChain(segments);
const twoHeld = segmentOf(2, { ...following(one), ...held });

describe('a backup can be rolled forward', () => {
  test.each<[string, Partial<Base>, SegmentFacts[]]>([
    ['over the files behind its position', {}, [one, twoHeld]],
    ['from the very end of what was shipped', { position: { ...base.position, offset: 1000 } }, [one, twoHeld]],
    [
      'when its GTIDs have what was executed before the file',
      { position: { ...base.position, gtidSet: `${uuid}:1-9` } },
      [segmentOf(1, { before: `${uuid}:1-5` }), twoHeld],
    ],
  ])('%s', (_, change, segments) => {
    expect(reachOf([{ ...base, ...change }], chainOf(...segments))).toMatchObject([
      { backupId: 'full-1', from: base.snapshotAt, to: new Date(held.heldAllAt), stretch: 0, segment: 0 },
    ]);
  });

  test.each<[string, Partial<Base>, SegmentFacts[]]>([
    ['when its file is not there', { position: { ...base.position, file: 'binlog.000009' } }, [one, twoHeld]],
    ['when its file is there only from the middle', {}, [segmentOf(1, { start: 400, ...held })]],
    ['beyond what was shipped', { position: { ...base.position, offset: 1001 } }, [one, twoHeld]],
    ['when its server was another one', { serverUuid: 'server-9' }, [one, twoHeld]],
    ['when nothing later than its snapshot is there', { snapshotAt: new Date('2026-11-25T06:00:00Z') }, [one, twoHeld]],
    ['when the file of that name was begun after it', { snapshotAt: new Date('2026-11-25T00:30:00Z') }, [one, twoHeld]],
    [
      'when the server had gone on to the next file before it',
      { snapshotAt: new Date('2026-11-25T03:00:00Z') },
      [one, twoHeld],
    ],
    [
      'when its GTIDs lack what was executed before the file',
      { position: { ...base.position, gtidSet: `${uuid}:1-4` } },
      [segmentOf(1, { before: `${uuid}:1-5` }), twoHeld],
    ],
    [
      'when it is in a transaction that goes on to the end',
      { position: { ...base.position, offset: 800 } },
      [segmentOf(1, { completeThrough: 700, ...held })],
    ],
  ])('not %s', (_, change, segments) => {
    expect(reachOf([{ ...base, ...change }], chainOf(...segments))).toEqual([]);
  });

  test('up to a gap, and one behind it from there', () => {
    const behind = {
      ...base,
      backupId: 'full-2',
      snapshotAt: new Date('2026-11-25T04:30:00Z'),
      position: { ...base.position, file: 'binlog.000004' },
    };
    const reaches = reachOf(
      [behind, base],
      chainOf(segmentOf(1, { heldAllAt: '2026-11-25T01:45:00.000Z' }), segmentOf(4, held)),
    );
    expect(reaches.map(({ backupId, to }) => [backupId, to.toISOString()])).toEqual([
      ['full-2', '2026-11-25T05:00:00.000Z'],
      ['full-1', '2026-11-25T01:45:00.000Z'],
    ]);
  });
});

test('what a whole file’s facts say is what its pieces said', () => {
  const merged = mergeSegments([
    segmentOf(1, {
      before: `${uuid}:1-5`,
      history: `${uuid}:6`,
      firstAt: '2026-11-25T01:00:01.000Z',
      lastAt: '2026-11-25T01:00:02.000Z',
      begins: 'first',
    }),
    segmentOf(1, { start: 1000, transactions: 0, completeThrough: 1000 }),
    segmentOf(1, {
      start: 2000,
      history: `${uuid}:7-8`,
      lastAt: '2026-11-25T01:20:00.000Z',
      ending: 'rotate',
      ...held,
    }),
  ]);
  expect(merged).toMatchObject({
    start: 0,
    end: 3000,
    completeThrough: 3000,
    lastEvent: { start: 2990, fingerprint: '1-3000' },
    before: `${uuid}:1-5`,
    history: `${uuid}:6-8`,
    begins: 'first',
    ending: 'rotate',
    transactions: 2,
    firstAt: '2026-11-25T01:00:01.000Z',
    lastAt: '2026-11-25T01:20:00.000Z',
    ...held,
  });
});
