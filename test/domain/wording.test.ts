import { expect, test } from 'vitest';
import { formatInstant, formatList, formatPlanned, shorten } from '../../src/domain/wording.ts';

const now = new Date('2026-11-23T05:01:00Z');

test.each([
  ['2026-11-23T02:00:14Z', '02:00:14 UTC'],
  ['2026-11-22T23:59:59Z', '2026-11-22 23:59:59 UTC'],
])('the instant %s', (at, text) => {
  expect(formatInstant(new Date(at), now)).toBe(text);
});

test.each([
  ['2026-11-24T02:00:00Z', '02:00 UTC'],
  ['2026-11-29T03:00:00Z', '2026-11-29 03:00 UTC'],
])('what is planned for %s', (at, text) => {
  expect(formatPlanned(new Date(at), now)).toBe(text);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('the list %j', (items, text) => {
  expect(formatList(items)).toBe(text);
});

test.each([
  ['short enough', 12, 'short enough'],
  ['one too long', 11, 'one too lo…'],
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 15, '👨‍👩‍👧‍👦…'],
])('"%s" in %d', (text, longest, expected) => {
  const cut = shorten(text, longest);
  expect(cut).toBe(expected);
  expect(cut.length).toBeLessThanOrEqual(longest);
});
