import { expect, it } from 'vitest';
import {
  countOf,
  formatAgo,
  formatBytes,
  formatDuration,
  formatMoment,
  formatRate,
} from '../../src/domain/measures.ts';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1024 * 1024 - 1, '1.0 MiB'],
  [9.94 * 1024, '9.9 KiB'],
  [10 * 1024, '10 KiB'],
  [1.5 * 1024 ** 3, '1.5 GiB'],
  [5000 * 1024 ** 5, '5000 PiB'],
  [-3, '0 B'],
])('%d bytes are written %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0.0 s'],
  [438, '0.4 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [59_600, '1 min'],
  [200_000, '3 min 20 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
  [86_399_999, '1 d'],
  [99 * 3_600_000, '4 d 3 h'],
])('%d milliseconds are written %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it('moments are in UTC and say so', () => {
  expect(formatMoment(new Date('2026-11-23T02:00:59Z'))).toBe('2026-11-23 02:00 UTC');
});

it.each([
  ['2026-11-23T01:59:50Z', 'just now'],
  ['2026-11-23T01:55:00Z', '5 min ago'],
  ['2026-11-22T23:00:00Z', '3 h ago'],
  ['2026-11-20T02:00:00Z', '3 d ago'],
  ['2026-11-23T02:05:00Z', 'in 5 min'],
])('%s is %s at two', (at, text) => {
  expect(formatAgo(new Date(at), new Date('2026-11-23T02:00:00Z'))).toBe(text);
});

it('counts speak English', () => {
  expect(countOf(1, 'table')).toBe('1 table');
  expect(countOf(12345, 'copy', 'copies')).toBe('12,345 copies');
  expect(formatRate(2048)).toBe('2.0 KiB/s');
});
