import { describe, expect, test } from 'vitest';
import {
  containsGtids,
  equalGtids,
  formatGtidSet,
  gtidCollector,
  parseGtidSet,
  subtractGtids,
  uniteGtids,
} from '../../../src/domain/binlog/gtid-set.ts';

const [a, b] = ['aaaaaaaa-0000-4000-8000-000000000001', 'bbbbbbbb-0000-4000-8000-000000000002'];

describe('the one way to write a set', () => {
  test.each([
    ['', ''],
    [`${a}:1`, `${a}:1`],
    [`${a}:1-1`, `${a}:1`],
    [`${a}:5:1-3`, `${a}:1-3:5`],
    [`${a}:1-3:4-6`, `${a}:1-6`],
    [`${a}:1-5:3-9`, `${a}:1-9`],
    [`${b}:2,${a}:1`, `${a}:1,${b}:2`],
    [`${a}:1,\n${b}:1-7, `, `${a}:1,${b}:1-7`],
    [`${a.toUpperCase()}:1`, `${a}:1`],
    [`${a}:1,${a}:2`, `${a}:1-2`],
    [`${a}:night:4:1-2`, `${a}:night:1-2:4`],
    [`${a}:1-3:zz:1:aa:2-3`, `${a}:1-3:aa:2-3:zz:1`],
    [`${a}:tag:1,${a}:7`, `${a}:7:tag:1`],
    [`${a}: 1 - 3`, `${a}:1-3`],
  ])('%j is %j', (text, canonical) => {
    expect(formatGtidSet(parseGtidSet(text))).toBe(canonical);
    expect(equalGtids(parseGtidSet(text), parseGtidSet(canonical))).toBe(true);
  });

  test.each([
    'x',
    a,
    `${a}:`,
    `${a}:0`,
    `${a}:3-1`,
    `${a}:1-`,
    `${a}:-1`,
    `${a}:1-99999999999999999999`,
    '0-1-5',
    `${a}:9tag:1`,
  ])('%j is refused', (text) => {
    expect(() => parseGtidSet(text)).toThrow(/not a GTID set/);
  });
});

describe('algebra', () => {
  test.each([
    // set, less, left, whether the set has all of the other
    [`${a}:1-10`, `${a}:3-4`, `${a}:1-2:5-10`, true],
    [`${a}:1-10`, `${a}:1-10`, '', true],
    [`${a}:1-10`, '', `${a}:1-10`, true],
    ['', `${a}:1`, '', false],
    [`${a}:1-10`, `${a}:5-15`, `${a}:1-4`, false],
    [`${a}:1-3:7-9`, `${a}:2-8`, `${a}:1:9`, false],
    [`${a}:1-10`, `${b}:1`, `${a}:1-10`, false],
    [`${a}:1-10`, `${a}:tag:1`, `${a}:1-10`, false],
    [`${a}:1-10:tag:1-3`, `${a}:10:tag:2`, `${a}:1-9:tag:1:3`, true],
    [`${a}:1,${b}:1-5`, `${b}:1-5`, `${a}:1`, true],
  ])('%j without %j is %j', (set, less, left, contains) => {
    const [from, other] = [parseGtidSet(set), parseGtidSet(less)];
    expect(formatGtidSet(subtractGtids(from, other))).toBe(left);
    expect(containsGtids(from, other)).toBe(contains);
    expect(equalGtids(uniteGtids(subtractGtids(from, other), other), uniteGtids(from, other))).toBe(true);
  });

  test('gathers GTIDs one by one, in whatever order', () => {
    const collector = gtidCollector();
    for (const number of [3, 4, 1, 2, 9, 9]) collector.add(a, number);
    collector.add(`${b}:t`, 7);
    expect(formatGtidSet(collector.gathered())).toBe(`${a}:1-4:9,${b}:t:7`);
  });
});
