import { expect, it } from 'vitest';
import { compareVersions, seriesOf } from '../../src/domain/server.ts';

it.each([
  ['8.0.36', '8.0.36', 0],
  ['8.0.4', '8.0.36', -1],
  ['8.2.0', '8.10.0', -1],
  ['10.11.14', '9.7.4', 1],
  ['10.11.14-MariaDB', '10.11.14', 0],
  ['9.7', '9.7.0', 0],
  ['9.7.1', '9.7', 1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
  expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
});

it.each([
  ['8.4.3', '8.4'],
  ['10.11.14-MariaDB', '10.11'],
  ['9.7', '9.7'],
])('%s is of the series %s', (version, series) => {
  expect(seriesOf(version)).toBe(series);
});
