import { describe, expect, test } from 'vitest';
import { calendar } from '../../../src/adapters/clock/calendar.ts';

const { matches, next, problem } = calendar();

function between(cron: string, after: string, until: string, options?: { zone?: string; limit?: number }): string[] {
  return matches(cron, new Date(after), new Date(until), options).map(text);
}

function text(date: Date): string {
  return date.toISOString().replace(':00.000Z', 'Z');
}

describe('moments between two times', () => {
  test('begin after the first and end with the second', () => {
    expect(between('0 2 * * *', '2026-11-23T02:00:00Z', '2026-11-25T02:00:00Z')).toEqual([
      '2026-11-24T02:00Z',
      '2026-11-25T02:00Z',
    ]);
    expect(between('0 2 * * *', '2026-11-23T02:00:00Z', '2026-11-24T01:59:59Z')).toEqual([]);
    expect(between('0 2 * * *', '2026-11-24T02:00:00Z', '2026-11-23T02:00:00Z')).toEqual([]);
  });

  test.each([
    ['*/20 * * * *', '2026-11-23T01:50:00Z', '2026-11-23T02:30:00Z', ['2026-11-23T02:00Z', '2026-11-23T02:20Z']],
    ['0 */6 * * *', '2026-11-23T01:00:00Z', '2026-11-23T13:00:00Z', ['2026-11-23T06:00Z', '2026-11-23T12:00Z']],
    ['0 3 * * 0', '2026-11-20T00:00:00Z', '2026-11-30T00:00:00Z', ['2026-11-22T03:00Z', '2026-11-29T03:00Z']],
    ['30 4 1 * *', '2026-10-15T00:00:00Z', '2026-11-15T00:00:00Z', ['2026-11-01T04:30Z']],
  ])('%s', (cron, after, until, expected) => {
    expect(between(cron, after, until)).toEqual(expected);
  });

  test('of years of downtime are the newest ones, at most as many as wanted', () => {
    expect(between('* * * * *', '2016-01-01T00:00:00Z', '2026-11-23T02:00:30Z', { limit: 2 })).toEqual([
      '2026-11-23T01:59Z',
      '2026-11-23T02:00Z',
    ]);
    expect(between('0 2 * * *', '2016-01-01T00:00:00Z', '2026-11-23T03:00:00Z')).toHaveLength(35);
  });

  test('are in the named zone', () => {
    expect(between('0 2 * * *', '2026-11-22T12:00:00Z', '2026-11-23T12:00:00Z', { zone: 'Asia/Kolkata' })).toEqual([
      '2026-11-22T20:30Z',
    ]);
    expect(between('0 2 * * 1', '2026-11-20T12:00:00Z', '2026-11-25T12:00:00Z', { zone: 'Pacific/Auckland' })).toEqual([
      '2026-11-22T13:00Z',
    ]);
  });
});

describe('a nightly time runs once a night in New York', () => {
  const zone = 'America/New_York';

  test('when the clocks go forward over it, it runs as much later', () => {
    expect(between('30 2 * * *', '2026-03-07T00:00:00Z', '2026-03-10T00:00:00Z', { zone })).toEqual([
      '2026-03-07T07:30Z',
      '2026-03-08T07:30Z',
      '2026-03-09T06:30Z',
    ]);
    expect(between('0 2,3 * * *', '2026-03-08T05:00:00Z', '2026-03-08T12:00:00Z', { zone })).toEqual([
      '2026-03-08T07:00Z',
    ]);
  });

  test('when the clocks go back through it, it runs the first time only', () => {
    expect(between('30 1 * * *', '2026-10-31T00:00:00Z', '2026-11-03T00:00:00Z', { zone })).toEqual([
      '2026-10-31T05:30Z',
      '2026-11-01T05:30Z',
      '2026-11-02T06:30Z',
    ]);
  });

  test('what is hourly follows the hours that pass, 23 or 25 a day', () => {
    expect(between('15 * * * *', '2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z', { zone })).toHaveLength(23);
    expect(between('15 * * * *', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z', { zone })).toHaveLength(25);
  });
});

describe('the next moment', () => {
  test.each([
    ['0 2 * * *', '2026-11-23T02:00:00Z', undefined, '2026-11-24T02:00Z'],
    ['0 2 * * *', '2026-11-23T01:59:59Z', undefined, '2026-11-23T02:00Z'],
    ['0 0 29 2 *', '2096-03-01T00:00:00Z', undefined, '2104-02-29T00:00Z'],
    ['30 2 * * *', '2026-03-08T05:00:00Z', 'America/New_York', '2026-03-08T07:30Z'],
    ['30 1 * * *', '2026-11-01T05:30:00Z', 'America/New_York', '2026-11-02T06:30Z'],
  ])('of %s after %s in %s', (cron, after, zone, expected) => {
    const found = next(cron, new Date(after), { ...(zone && { zone }) });
    expect(found && text(found)).toBe(expected);
  });

  test('is always the first of the moments that follow', () => {
    for (const cron of ['*/7 1-4 * * *', '0 2 * * *', '5 0 1,15 * *']) {
      for (const zone of ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe']) {
        const start = new Date('2026-03-20T00:00:00Z');
        const [first] = matches(cron, start, new Date('2026-04-20T00:00:00Z'), { zone, limit: 50_000 });
        expect(next(cron, start, { zone })).toEqual(first);
      }
    }
  });
});

describe('a wrong expression is told in a sentence', () => {
  test.each([
    ['61 * * * *', undefined, 'wrong'],
    ['0 2 * *', undefined, 'five fields'],
    ['0 0 2 * * *', undefined, 'five fields'],
    ['@daily', undefined, 'five fields'],
    ['', undefined, 'five fields'],
    ['0 2 31 2 *', undefined, 'wrong'],
    ['0 2 * * *', 'Mars/Olympus', 'time zone'],
  ])('%j in %s', (cron, zone, expected) => {
    expect(problem(cron, zone)).toContain(expected);
  });

  test('a right one is not', () => {
    expect(problem('0 2 * * *')).toBeUndefined();
    expect(problem('*/15 0-6 * jan-mar mon', 'Europe/Berlin')).toBeUndefined();
  });
});
