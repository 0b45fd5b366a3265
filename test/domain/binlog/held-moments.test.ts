import { expect, test } from 'vitest';
import { heldMoments } from '../../../src/domain/binlog/held-moments.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 25, 14, 0, seconds));
const look = (seconds: number, file: number, offset: number) => ({
  at: at(seconds),
  file: `binlog.00000${file}`,
  offset,
});
const place = (file: number, end: number) => ({ file: `binlog.00000${file}`, end });

test('a moment is held once all is there that the server had written by then', () => {
  const moments = heldMoments();
  moments.looked(look(1, 1, 100));
  moments.looked(look(2, 1, 200));
  expect(moments.heldAt(place(1, 99))).toBeUndefined();
  expect(moments.heldAt(place(1, 150))).toEqual(at(1));
  expect(moments.heldAt(place(1, 200))).toEqual(at(2));
});

test('on an idle server it is the newest look, however old the last transaction', () => {
  const moments = heldMoments();
  for (const second of [1, 2, 3]) moments.looked(look(second, 1, 100));
  expect(moments.heldAt(place(1, 100))).toEqual(at(3));
  moments.looked(look(50, 1, 100));
  expect(moments.heldAt(place(1, 100))).toEqual(at(50));
});

test('a later file is further, and one of another name is none', () => {
  const moments = heldMoments();
  moments.looked(look(1, 1, 900));
  expect(moments.heldAt(place(2, 4))).toEqual(at(1));
  moments.looked({ ...look(2, 1, 1), file: 'mysql-bin.000001' });
  expect(moments.heldAt(place(2, 500))).toEqual(at(1));
});

test('while the repository lags far behind, looks become fewer and none becomes false', () => {
  const moments = heldMoments();
  for (let second = 0; second < 5000; second += 1) moments.looked(look(second, 1, second));
  const held = moments.heldAt(place(1, 2500));
  expect(held?.getTime()).toBeLessThanOrEqual(at(2500).getTime());
  expect(held?.getTime()).toBeGreaterThan(at(2400).getTime());
});
