import { describe, expect, test } from 'vitest';
import {
  advancePosition,
  formatMariadbPosition,
  parseMariadbPosition,
  reachesPosition,
} from '../../../src/domain/binlog/mariadb-gtid.ts';

describe('a position of MariaDB', () => {
  test.each([
    ['', ''],
    ['0-1-100', '0-1-100'],
    ['7-2-3,0-1-100', '0-1-100,7-2-3'],
    ['0-1-100,\n0-2-101', '0-2-101'],
  ])('%j is %j', (text, canonical) => {
    expect(formatMariadbPosition(parseMariadbPosition(text))).toBe(canonical);
  });

  test.each(['x', '0-1', '0-1-2-3', 'aaaaaaaa-0000-4000-8000-000000000001:1'])('%j is none', (text) => {
    expect(() => parseMariadbPosition(text)).toThrow(/not a GTID position/);
  });

  test.each([
    ['0-1-100', '0-1-100', true],
    ['0-1-101', '0-2-100', true],
    ['0-1-99', '0-1-100', false],
    ['0-1-100', '0-1-5,1-1-1', false],
    ['0-1-100,1-1-1', '0-1-5', true],
    ['0-1-1', '', true],
    ['', '0-1-1', false],
  ])('%j reaches %j: %s', (position, other, reaches) => {
    expect(reachesPosition(parseMariadbPosition(position), parseMariadbPosition(other))).toBe(reaches);
  });

  test('moves on domain by domain', () => {
    const moved = advancePosition(parseMariadbPosition('0-1-100,1-1-5'), parseMariadbPosition('0-2-107,3-1-1'));
    expect(formatMariadbPosition(moved)).toBe('0-2-107,1-1-5,3-1-1');
  });
});
