import { Failure } from '../failure.ts';

/** A set of MySQL's GTIDs: for each origin (`uuid`, or `uuid:tag`) the ranges of numbers, both ends in, apart and ascending. */
export type GtidSet = ReadonlyMap<string, readonly GtidRange[]>;
export type GtidRange = readonly [first: number, last: number];

export const noGtids: GtidSet = new Map();

/**
 * Reads what a server prints: `uuid:1-5:7, uuid:tag:3:other:1-2`, in any order, with spaces and line breaks.
 * Failure `integrity` for anything else.
 */
export function parseGtidSet(text: string): GtidSet {
  const collector = gtidCollector();
  for (const one of text.split(',')) {
    const [uuid = '', ...rest] = one.trim().split(':');
    if (uuid === '' && rest.length === 0) continue;
    if (!uuidPattern.test(uuid) || rest.length === 0) throw notGtids(one);
    let origin = uuid.toLowerCase();
    for (const word of rest.map((each) => each.trim().toLowerCase())) {
      if (tagPattern.test(word)) origin = `${uuid.toLowerCase()}:${word}`;
      else collector.addRange(origin, parseRange(word, one));
    }
  }
  return collector.gathered();
}

/** The one way to write a set, as servers do: origins sorted, an origin's tags behind it, ranges ascending. */
export function formatGtidSet(set: GtidSet): string {
  const byUuid = new Map<string, string[]>();
  for (const [origin, ranges] of [...set].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [uuid = '', tag] = origin.split(':');
    const words = [...(tag === undefined ? [] : [tag]), ...ranges.map(formatRange)];
    byUuid.set(uuid, [...(byUuid.get(uuid) ?? []), ...words]);
  }
  return [...byUuid].map(([uuid, words]) => `${uuid}:${words.join(':')}`).join(',');
}

export function uniteGtids(...sets: readonly GtidSet[]): GtidSet {
  const collector = gtidCollector();
  for (const set of sets) {
    for (const [origin, ranges] of set) for (const range of ranges) collector.addRange(origin, range);
  }
  return collector.gathered();
}

/** What is in `set` and not in `less`. */
export function subtractGtids(set: GtidSet, less: GtidSet): GtidSet {
  const left = new Map<string, GtidRange[]>();
  for (const [origin, ranges] of set) {
    const holes = less.get(origin) ?? [];
    const rest = ranges.flatMap((range) => holes.reduce(cutOut, [range]));
    if (rest.length > 0) left.set(origin, rest);
  }
  return left;
}

export function containsGtids(set: GtidSet, part: GtidSet): boolean {
  return subtractGtids(part, set).size === 0;
}

export function equalGtids(a: GtidSet, b: GtidSet): boolean {
  return formatGtidSet(a) === formatGtidSet(b);
}

export interface GtidCollector {
  add(origin: string, number: number): void;
  addRange(origin: string, range: GtidRange): void;
  gathered(): GtidSet;
}

/** Gathers GTIDs one by one; those of one origin mostly come in order, which costs nothing. */
export function gtidCollector(): GtidCollector {
  const byOrigin = new Map<string, GtidRange[]>();
  function addRange(origin: string, range: GtidRange): void {
    const ranges = byOrigin.get(origin) ?? [];
    byOrigin.set(origin, ranges);
    const last = ranges.at(-1);
    if (last && range[0] === last[1] + 1) ranges[ranges.length - 1] = [last[0], range[1]];
    else ranges.push(range);
  }
  return {
    add: (origin, number) => addRange(origin, [number, number]),
    addRange,
    gathered: () => new Map([...byOrigin].map(([origin, ranges]) => [origin, joinRanges(ranges)])),
  };
}

function joinRanges(ranges: readonly GtidRange[]): GtidRange[] {
  const joined: GtidRange[] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) joined[joined.length - 1] = [before[0], Math.max(before[1], last)];
    else joined.push([first, last]);
  }
  return joined;
}

function cutOut(ranges: GtidRange[], [first, last]: GtidRange): GtidRange[] {
  return ranges.flatMap((range): GtidRange[] => {
    if (last < range[0] || first > range[1]) return [range];
    const before: GtidRange[] = range[0] < first ? [[range[0], first - 1]] : [];
    const after: GtidRange[] = range[1] > last ? [[last + 1, range[1]]] : [];
    return [...before, ...after];
  });
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const tagPattern = /^[a-z_][a-z0-9_]{0,31}$/;

function parseRange(word: string, whole: string): GtidRange {
  const [, from = '', to = from] = /^(\d+)(?:\s*-\s*(\d+))?$/.exec(word) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first < 1 || last < first || !Number.isSafeInteger(last)) throw notGtids(whole);
  return [first, last];
}

function formatRange([first, last]: GtidRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function notGtids(text: string): Failure {
  return new Failure('integrity', `This is not a GTID set: ${text.trim().slice(0, 80)}`, {
    hint: 'Copy it as the server prints it: SELECT @@GLOBAL.gtid_executed.',
  });
}
