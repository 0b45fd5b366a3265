import { expect, test } from 'vitest';
import { calendar } from '../../../src/adapters/clock/calendar.ts';
import { isPinned } from '../../../src/domain/pin.ts';
import { decideRetention, inOrderOfGoing } from '../../../src/domain/retention/decide-retention.ts';
import type { RetentionEntry, RetentionPolicy, Verdict } from '../../../src/domain/retention/retention.ts';

/**
 * A leap year of hourly, daily and weekly runs in a zone with summer time, in which things fail: single runs, verifications, and for
 * weeks all of them. Every day it is pruned, one entry after the other, and looked at in between. What must be there is reckoned here from
 * what was ever taken, without the code that decides.
 */
const zone = 'Europe/Berlin';
const policy: RetentionPolicy = { full: 30, incremental: 7, schema: 90 };
const [hour, day] = [3_600_000, 86_400_000];
const begin = new Date('2028-01-01T00:00:00Z');
const end = new Date('2029-01-15T00:00:00Z');

test.each([
  ['with incrementals', 1, true],
  ['with incrementals', 2, true],
  ['of full and schema backups alone', 3, false],
])('a year with failures, %s, seed %i', (_, seed, streamed) => {
  const year = takenIn(randomNumbers(seed), streamed);
  const kept: RetentionEntry[] = [];
  let next = 0;
  let removed = 0;
  for (let now = new Date(begin.getTime() + day); now < end; now = new Date(now.getTime() + day)) {
    for (; next < year.length && (year[next]?.takenAt ?? end) <= now; next += 1)
      kept.push(year[next] as RetentionEntry);
    const verdicts = decideRetention(kept, policy, now);
    // No pin and no failure of this year lasts longer.
    const ever = year.slice(0, next).filter(({ takenAt }) => takenAt.getTime() > now.getTime() - 125 * day);
    for (const { id, kind } of inOrderOfGoing(verdicts)) {
      kept.splice(
        kept.findIndex((entry) => entry.id === id),
        1,
      );
      removed += 1;
      // In the middle of the day's work: a crash would leave this.
      if (kind === 'full' || removed % 50 === 0) expectSafe(ever, kept, now);
    }
    expectSafe(ever, kept, now);
    expectNothingIdle(kept, verdicts, now);
  }
  expect(removed).toBeGreaterThan(streamed ? 5_000 : 250);
});

/**
 * The newest good full of all that were ever taken is there with everything since, and so is every moment of the last days; the newest good schema,
 * and every one whose time is not over.
 */
function expectSafe(ever: readonly RetentionEntry[], kept: readonly RetentionEntry[], now: Date): void {
  const there = new Set(kept.map(({ id }) => id));
  const goodFulls = ever.filter(({ kind, state }) => kind === 'full' && state === 'good');
  const newest = goodFulls.at(-1);
  const newestSchema = ever.findLast(({ kind, state }) => kind === 'schema' && state === 'good');
  const window = new Date(now.getTime() - 7 * day);
  const isStreamed = ever.some(({ kind }) => kind === 'binlog');
  const oldestNeeded = isStreamed ? (goodFulls.findLast(({ takenAt }) => takenAt <= window) ?? goodFulls[0]) : newest;
  const lost = ever.filter(({ id, kind, takenAt, pin }) => {
    if (there.has(id)) return false;
    if (isPinned(pin, now)) return true;
    if (kind === 'schema')
      return id === newestSchema?.id || takenAt.getTime() + (policy.schema ?? 0) * day > now.getTime();
    if (kind === 'full') return id === newest?.id || id === oldestNeeded?.id;
    return kind === 'binlog' && oldestNeeded !== undefined && takenAt >= oldestNeeded.takenAt;
  });
  expect(lost.map(({ id }) => `${id} is missing at ${now.toISOString()}`)).toEqual([]);
}

/** Whatever is past its time is there for one of the few reasons that count. */
function expectNothingIdle(kept: readonly RetentionEntry[], verdicts: readonly Verdict[], now: Date): void {
  const reasonOf = new Map(verdicts.map(({ id, reason }) => [id, reason]));
  const good = (kind: string) => kept.filter((entry) => entry.kind === kind && entry.state === 'good').at(-1);
  const window = now.getTime() - 7 * day;
  const fulls = kept.filter(({ kind, state }) => kind === 'full' && state === 'good');
  const base = fulls.findLast(({ takenAt }) => takenAt.getTime() <= window) ?? fulls[0];
  /** From the full before a pinned incremental to its end. */
  const ways = kept
    .filter(({ kind, pin }) => kind === 'incremental' && isPinned(pin, now))
    .map(({ takenAt }) => ({ from: fulls.findLast((full) => full.takenAt <= takenAt), to: takenAt }));
  const idle = kept.filter(({ id, kind, takenAt, coversFrom = takenAt, pin, state }) => {
    const days = policy[kind === 'binlog' ? 'incremental' : kind] ?? 0;
    if (takenAt.getTime() + days * day > now.getTime()) return false;
    if (isPinned(pin, now)) return false;
    if (kind === 'schema' || kind === 'full') {
      if (id === good(kind)?.id || id === base?.id || (!good(kind) && state !== 'shredded')) return false;
    } else if (base && takenAt.getTime() >= base.takenAt.getTime() - hour) return false;
    return !ways.some(({ from, to }) => from && takenAt.getTime() >= from.takenAt.getTime() - hour && coversFrom <= to);
  });
  expect(idle.map(({ id }) => `${id} is kept at ${now.toISOString()}, says ${reasonOf.get(id)}`)).toEqual([]);
}

/** Everything that the year's runs left, oldest first. */
function takenIn(random: () => number, streamed: boolean): RetentionEntry[] {
  const moments = (cron: string) => {
    const all: Date[] = [];
    // The calendar answers for a month at a time.
    for (let from = begin; from < end; from = new Date(from.getTime() + 30 * day)) {
      all.push(
        ...calendar().matches(cron, from, new Date(Math.min(from.getTime() + 30 * day, end.getTime())), { zone }),
      );
    }
    return all;
  };
  // Weeks in which every full fails, and weeks in which none can be verified.
  const [failing, unverified] = [begin.getTime() + (60 + 100 * random()) * day, begin.getTime() + 250 * day];
  const isIn = (at: Date, from: number, days: number) => at.getTime() >= from && at.getTime() < from + days * day;
  const stateOf = (at: Date): RetentionEntry['state'] | undefined => {
    if (isIn(at, failing, 55) || random() < 0.05) return undefined;
    if (isIn(at, unverified, 45) || random() < 0.05) return 'unverified';
    const luck = random();
    return luck < 0.05 ? 'bad' : luck < 0.07 ? 'shredded' : 'good';
  };
  const taken: RetentionEntry[] = [];
  const add = (kind: RetentionEntry['kind'], at: Date, state: RetentionEntry['state'], coversFrom?: Date) => {
    const until = new Date(at.getTime() + 120 * day * random()).toISOString();
    const pin = { reason: 'before the move', by: 'asha', at: at.toISOString(), until };
    const hasPin = kind !== 'binlog' && random() < 0.02;
    const id = `${kind} ${at.toISOString()}`;
    taken.push({ id, kind, takenAt: at, state, ...(coversFrom && { coversFrom }), pin: hasPin ? pin : null });
  };
  for (const [cron, kind] of [
    ['30 2 * * *', 'full'],
    ['0 3 * * 0', 'schema'],
  ] as const) {
    for (const at of moments(cron)) {
      const state = stateOf(at);
      if (state) add(kind, new Date(at.getTime() + 20 * random() * 60_000), state);
    }
  }
  const links = (cron: string) => (streamed ? moments(cron) : []);
  for (const at of links('15 * * * *')) add('binlog', at, 'good', new Date(at.getTime() - hour));
  for (const at of links('0 */6 * * *'))
    if (random() > 0.1) add('incremental', at, 'good', new Date(at.getTime() - 6 * hour));
  return taken.sort((a, b) => a.takenAt.getTime() - b.takenAt.getTime());
}

/** Mulberry32: the same numbers for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
