import type { SegmentFacts } from '../../src/domain/binlog/segment.ts';

const hash = 'a'.repeat(64);

/** Facts of a segment, with what a test does not care about filled in. `start` 0 and 1000 bytes unless said otherwise. */
export function segmentOf(file: number, change: Partial<SegmentFacts> = {}): SegmentFacts {
  const start = change.start ?? 0;
  const end = change.end ?? start + 1000;
  return {
    formatVersion: 1,
    source: 'alumni',
    timeline: '20261125T000000Z-aaaa',
    serverUuid: 'server-1',
    flavour: 'mysql',
    serverVersion: '9.7.4',
    file: `binlog.${String(file).padStart(6, '0')}`,
    fileCreatedAt: `2026-11-25T${String(file).padStart(2, '0')}:00:00Z`,
    start,
    end,
    completeThrough: end,
    lastEvent: { start: Math.max(0, end - 10), fingerprint: `${file}-${end}` },
    history: '',
    transactions: 1,
    incidents: 0,
    storedAt: `2026-11-25T${String(file).padStart(2, '0')}:59:00Z`,
    storedBytes: 100,
    sha256: hash,
    rawSha256: hash,
    ...change,
  };
}

/** Said of the first segment of `file`: it follows the end of the file before. */
export function following(previous: SegmentFacts): Pick<SegmentFacts, 'follows'> {
  const { timeline, file, end } = previous;
  return { follows: { timeline, file, end, by: 'rotation' } };
}
