import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { parseMoment } from '../../src/domain/moment.ts';

const now = new Date('2026-11-28T12:00:00Z');

test.each([
  '',
  'soon',
  '2026-02-30',
  '2026-13-01',
  '25:00',
  '2026-11-28 25:00',
  '2h 3m',
  '-2h',
  '2026-11-28 10:00 IST',
])('%j is no moment, and how to write one is said', (typed) => {
  expect(() => parseMoment(typed, now)).toThrow(Failure);
});

test.each([
  ['2026-11-28', '2026-11-28T00:00:00.000Z'],
  ['2026-11-28 02:30', '2026-11-28T02:30:00.000Z'],
  ['2026-11-28T02:30:15Z', '2026-11-28T02:30:15.000Z'],
  ['2026-11-28 02:30 UTC', '2026-11-28T02:30:00.000Z'],
  ['2026-11-28T02:30:00+05:30', '2026-11-27T21:00:00.000Z'],
  ['2h', '2026-11-28T10:00:00.000Z'],
  ['15 min ago', '2026-11-28T11:45:00.000Z'],
  ['3d', '2026-11-25T12:00:00.000Z'],
])('%s is %s', (typed, at) => {
  expect(parseMoment(typed, now).toISOString()).toBe(at);
});
