import { expect, test } from 'vitest';
import { isZone, momentOnClocks, onClocks } from '../../src/domain/zoned-moment.ts';

test.each([
  ['UTC', '2026-11-28', '10:30', '2026-11-28T10:30:00.000Z'],
  ['UTC', '2026-11-28', '00:00:01', '2026-11-28T00:00:01.000Z'],
  ['Asia/Kolkata', '2026-11-28', '16:00:45', '2026-11-28T10:30:45.000Z'],
  ['Asia/Kolkata', '2026-11-28', '4:15', '2026-11-27T22:45:00.000Z'],
  ['America/New_York', '2026-11-28', '23:59:59', '2026-11-29T04:59:59.000Z'],
  ['Pacific/Kiritimati', '2026-11-28', '01:00', '2026-11-27T11:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29', '03:00', '2026-03-29T01:00:00.000Z'],
])('the clocks of %s show %s %s at %s', (zone, day, time, at) => {
  expect(momentOnClocks(zone, day, time)).toEqual({ kind: 'moment', at: new Date(at) });
  expect(onClocks(zone, new Date(at))).toContain(day);
});

test('an hour that was skipped is never there, nor is a day that there is not', () => {
  expect(momentOnClocks('Europe/Berlin', '2026-03-29', '02:30')).toEqual({ kind: 'never' });
  expect(momentOnClocks('UTC', '2026-02-31', '02:30')).toEqual({ kind: 'never' });
  expect(momentOnClocks('UTC', '2026-11-28', '24:30')).toEqual({ kind: 'never' });
  expect(momentOnClocks('UTC', '2026-11-28', 'noon')).toEqual({ kind: 'never' });
});

test('an hour that came twice is two moments, an hour apart', () => {
  expect(momentOnClocks('Europe/Berlin', '2026-10-25', '02:30')).toEqual({
    kind: 'twice',
    first: new Date('2026-10-25T00:30:00Z'),
    second: new Date('2026-10-25T01:30:00Z'),
  });
});

test('what is no zone is known to be none', () => {
  expect(isZone('Asia/Kolkata')).toBe(true);
  expect(isZone('Atlantis/Harbour')).toBe(false);
});
