import { expect, test } from 'vitest';
import { healthyLatency, isSlow, type Latencies, withSample } from '../../../src/domain/validation/latency.ts';

function after(...milliseconds: number[]): Latencies {
  return milliseconds.reduce<Latencies>(
    (known, each, hour) => withSample(known, { at: new Date(hour * 3_600_000), milliseconds: each }, { slowerBy: 3 }),
    [],
  );
}

test('there is no measure before the first sample', () => {
  expect(healthyLatency([])).toBeUndefined();
});

test('a slow hour does not become the measure', () => {
  expect(healthyLatency(after(100, 110, 90, 2_000, 2_000))).toBe(100);
});

test('what is slow for half a day is how fast it is now', () => {
  expect(healthyLatency(after(100, 110, ...Array(11).fill(2_000)))).toBe(100);
  expect(healthyLatency(after(100, 110, ...Array(12).fill(2_000)))).toBe(2_000);
});

test('no more is remembered than a day', () => {
  expect(after(...Array(60).fill(100))).toHaveLength(24);
});

test('what nobody would notice is not slow, however many times it is', () => {
  expect(isSlow(19, 1, 3)).toBe(false);
  expect(isSlow(21, 1, 3)).toBe(true);
  expect(isSlow(299, 100, 3)).toBe(false);
  expect(isSlow(301, 100, 3)).toBe(true);
});
