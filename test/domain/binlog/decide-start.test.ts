import { describe, expect, test } from 'vitest';
import {
  type BinlogInventory,
  decideStart,
  type StartFacts,
  type StreamStart,
} from '../../../src/domain/binlog/decide-start.ts';
import type { SegmentFacts } from '../../../src/domain/binlog/segment.ts';
import { segmentOf } from '../../support/segments.ts';

const uuid = 'aaaaaaaa-0000-4000-8000-000000000001';
const files = (...numbers: number[]) =>
  numbers.map((number) => ({ name: `binlog.${String(number).padStart(6, '0')}`, bytes: 5000 }));

const server: BinlogInventory = {
  serverUuid: 'server-1',
  flavour: 'mysql',
  version: '9.7.4',
  allHaveGtids: true,
  expireSeconds: 0,
  history: `${uuid}:1-100`,
  files: files(3, 4, 5, 6),
};

function decide({
  last = segmentOf(4),
  history = `${uuid}:1-50`,
  executedBefore = {},
  ...facts
}: Partial<Omit<StartFacts, 'server' | 'executedBefore'>> & {
  server?: Partial<BinlogInventory>;
  last?: SegmentFacts | null;
  history?: string;
  executedBefore?: Record<string, string>;
}): Promise<StreamStart> {
  return decideStart({
    end: last ? { last, history } : undefined,
    newestFull: undefined,
    executedBefore: async (file) => executedBefore[file] ?? `${uuid}:1-99`,
    ...facts,
    server: { ...server, ...facts.server },
  });
}

const full = (file: number, at: string) => ({ file: `binlog.00000${file}`, snapshotAt: new Date(at) });

describe('where nothing was shipped yet', () => {
  test.each<[string, StartFacts['newestFull'], string]>([
    ['without a backup at the file that is written to', undefined, 'binlog.000006'],
    ['at the file of the newest backup', full(4, '2026-11-25T04:30:00Z'), 'binlog.000004'],
    ['not at a file that has been purged', full(1, '2026-11-25T01:30:00Z'), 'binlog.000006'],
  ])('it begins %s', async (_, newestFull, file) => {
    expect(await decide({ last: null, newestFull })).toEqual({ kind: 'new-timeline', begins: 'first', file });
  });
});

describe('where the repository ends in a file that is there', () => {
  test('it goes on with the last event, which is looked at again', async () => {
    expect(await decide({ last: segmentOf(4, { lastEvent: { start: 970, fingerprint: 'x' } }) })).toEqual({
      kind: 'resume',
      file: 'binlog.000004',
      offset: 970,
      known: {
        end: 1000,
        lastEvent: { start: 970, fingerprint: 'x' },
        fileCreatedAt: new Date('2026-11-25T04:00:00Z'),
      },
    });
  });

  test('and in the middle of a transaction, with the beginning of that', async () => {
    expect(await decide({ last: segmentOf(4, { completeThrough: 400 }) })).toMatchObject({
      offset: 400,
      known: { end: 1000 },
    });
  });

  test('it reads the file from its beginning where the protocol cannot name the place', async () => {
    const last = segmentOf(4, { end: 2 ** 32 + 500 });
    expect(await decide({ last, server: { files: [{ name: last.file, bytes: 2 ** 33 }] } })).toMatchObject({
      offset: 0,
    });
  });

  test.each<[string, Parameters<typeof decide>[0]]>([
    ['the file is shorter than what was shipped', { last: segmentOf(4, { end: 6000 }) }],
    ['the server has not executed what was shipped', { history: `${uuid}:1-101` }],
    ['it has only files of lower numbers', { last: segmentOf(9) }],
    ['its files have another name', { server: { files: [{ name: 'mysql-bin.000009', bytes: 500 }] } }],
  ])('it begins another timeline when %s', async (_, facts) => {
    expect(await decide(facts)).toMatchObject({ kind: 'new-timeline', begins: 'reset' });
  });
});

describe('where the repository ends in a file that was purged', () => {
  const purged = { last: segmentOf(2) };

  test('nothing is missing when that file was shipped to its end, and the next is there', async () => {
    expect(await decide({ last: segmentOf(2, { ending: 'rotate' }) })).toEqual({
      kind: 'next-file',
      file: 'binlog.000003',
      follows: { timeline: segmentOf(2).timeline, file: 'binlog.000002', end: 1000, by: 'rotation' },
    });
  });

  test('nor when the oldest file there says that only what was shipped came before it', async () => {
    const executedBefore = { 'binlog.000003': `${uuid}:1-50` };
    expect(await decide({ ...purged, executedBefore })).toMatchObject({
      file: 'binlog.000003',
      follows: { by: 'gtids' },
    });
  });

  test.each<[string, Parameters<typeof decide>[0]]>([
    ['more was executed before the oldest file', purged],
    [
      'the file may have gone on behind what was shipped',
      { last: segmentOf(2), server: { allHaveGtids: false }, history: '' },
    ],
    [
      'a file in between was purged, and transactions may have no GTIDs',
      {
        last: segmentOf(1, { ending: 'rotate' }),
        server: { allHaveGtids: false },
        executedBefore: { 'binlog.000003': `${uuid}:1-50` },
      },
    ],
    [
      'there are no GTIDs to tell',
      { last: segmentOf(1, { ending: 'rotate' }), history: '', executedBefore: { 'binlog.000003': '' } },
    ],
  ])('there is a gap when %s', async (_, facts) => {
    expect(await decide(facts)).toEqual({ kind: 'next-file', file: 'binlog.000003' });
  });
});

describe('where another server answers', () => {
  const other = { serverUuid: 'server-2', history: `${uuid}:1-100` };

  test('it goes on at the newest of its files before which only what was shipped was executed', async () => {
    const executedBefore = {
      'binlog.000003': `${uuid}:1-10`,
      'binlog.000004': `${uuid}:1-40`,
      'binlog.000005': `${uuid}:1-60`,
    };
    expect(await decide({ server: other, executedBefore })).toMatchObject({
      kind: 'new-timeline',
      begins: 'other-server',
      file: 'binlog.000004',
      follows: { file: 'binlog.000004', end: 1000, by: 'gtids' },
    });
  });

  test.each<[string, Parameters<typeof decide>[0]]>([
    ['it has not executed all that was shipped', { server: { ...other, history: `${uuid}:1-49` } }],
    ['its binlogs begin too late', { server: other }],
    ['there are no GTIDs', { server: { ...other, allHaveGtids: false } }],
  ])('there is a gap when %s', async (_, facts) => {
    expect(await decide(facts)).toEqual({ kind: 'new-timeline', begins: 'other-server', file: 'binlog.000006' });
  });
});
