import { expect, test } from 'vitest';
import { retainedFiles } from '../../../src/domain/binlog/retained-files.ts';
import type { SegmentFacts } from '../../../src/domain/binlog/segment.ts';
import { decideRetention } from '../../../src/domain/retention/decide-retention.ts';
import { segmentOf } from '../../support/segments.ts';

const now = new Date('2026-12-25T00:00:00Z');
const policy = { full: 30, incremental: 7 };

function at(daysAgo: number): string {
  return new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
}

/** A segment of a file, stored so many days ago; the file began as long ago as `begun` says. */
function segment(file: number, daysAgo: number, change: Partial<SegmentFacts> = {}) {
  const facts = segmentOf(file, { storedAt: at(daysAgo), fileCreatedAt: at(daysAgo), ...change });
  return { facts, dayId: '20261125-binlog-alumni-x7k2' };
}

function full(daysAgo: number) {
  return { id: `full ${daysAgo}`, kind: 'full', takenAt: new Date(at(daysAgo)), state: 'good', pin: null } as const;
}

/** The files that go, by their numbers. */
function going(segments: readonly ReturnType<typeof segment>[], fulls: readonly ReturnType<typeof full>[]): number[] {
  const verdicts = decideRetention([...fulls, ...retainedFiles(segments, now)], policy, now);
  return verdicts
    .filter(({ kind, verdict }) => kind === 'binlog' && verdict === 'remove')
    .map(({ id }) => Number(id.slice(-6)));
}

test('a file is one thing: its objects in the order of its bytes, facts apart', () => {
  const [file, ...others] = retainedFiles([segment(1, 3, { start: 1000 }), segment(1, 4)], now);
  expect(others).toEqual([]);
  const names = (keys: readonly string[] = []) => keys.map((key) => key.split('/').at(-1));
  expect(names(file?.pieces?.facts)).toEqual(['0000000000000-0000000001000.json', '0000000001000-0000000002000.json']);
  expect(names(file?.pieces?.bytes)).toEqual(['0000000000000-0000000001000.zst', '0000000001000-0000000002000.zst']);
  expect(file).toMatchObject({ id: '20261125T000000Z-aaaa/binlog.000001', bytes: 200 });
});

test('files that were closed before the oldest needed backup go', () => {
  const segments = [20, 15, 10, 6, 3, 0.1].map((daysAgo, index) => segment(index + 1, daysAgo));
  // From the full of 9 days ago everything of the last 7 can be had, and its position lies in the file that was begun before it.
  expect(going(segments, [full(16), full(9), full(2)])).toEqual([1, 2]);
});

test('the beginning of a file stays as long as a backup leads into its middle, however old it is', () => {
  const long = [segment(1, 40), segment(1, 20, { start: 1000 }), segment(1, 8.5, { start: 2000 })];
  const next = [segment(2, 5), segment(3, 0.1)];
  expect(going([...long, ...next], [full(9), full(1)])).toEqual([]);
  expect(going([...long, ...next], [full(7.5), full(1)])).toEqual([]);
  // Closed five days ago, so long a backup may have led into it.
  expect(going([segment(0, 60), ...long, ...next], [full(9), full(1)])).toEqual([0]);
});

test('a file to which nothing was written for weeks is still the one of newer backups, while the server has no other', () => {
  const quiet = [segment(1, 60), segment(1, 50, { start: 1000 })];
  expect(going(quiet, [full(10), full(9), full(1)])).toEqual([]);
  // The server went on to the next one yesterday: until then the backup of nine days ago led into this.
  expect(going([...quiet, segment(2, 1)], [full(9), full(0.5)])).toEqual([]);
  expect(going([...quiet, segment(2, 12), segment(3, 1)], [full(9), full(0.5)])).toEqual([1]);
});

test('an earlier timeline ends where the next one begins', () => {
  const later = { timeline: '20261220T000000Z-bbbb' };
  const segments = [segment(7, 30), segment(8, 25), segment(1, 5, later), segment(2, 0.1, later)];
  expect(going(segments, [full(8), full(1)])).toEqual([7]);
});

test('the newest file never goes', () => {
  expect(going([segment(1, 400)], [full(1)])).toEqual([]);
  expect(going([segment(1, 400)], [])).toEqual([]);
});
