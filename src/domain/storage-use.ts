import { dayMilliseconds, daysOf, type RetainedKind, type RetentionPolicy } from './retention/retention.ts';

/** One thing that lies in a repository. */
export interface StoredItem {
  readonly source: string;
  readonly kind: RetainedKind;
  readonly at: Date;
  readonly bytes: number;
  /** When retention lets it go, as far as can be told; null for what has no such day. */
  readonly leavesAt: Date | null;
}

export interface StorageFacts {
  readonly repository: string;
  /** For people: a path or a URL. */
  readonly location: string;
  /** Null where there is no telling, as in a bucket. */
  readonly freeBytes: number | null;
  readonly items: readonly StoredItem[];
}

/** What a repository holds and how it grows. Sizes are bytes as stored. */
export interface RepositoryUse {
  readonly repository: string;
  readonly location: string;
  readonly bytes: number;
  readonly freeBytes: number | null;
  /** What comes a day, less what retention lets go a day in the week to come. */
  readonly growthPerDay: number;
  /** Days until its file system is full, if everything goes on as it does; null when that is more than a year away or cannot be told. */
  readonly fullInDays: number | null;
  readonly sources: readonly SourceUse[];
}

export interface SourceUse {
  readonly source: string;
  readonly bytes: number;
  /** What comes a day. */
  readonly bytesPerDay: number;
  readonly kinds: readonly KindUse[];
}

export interface KindUse {
  readonly kind: RetainedKind;
  readonly count: number;
  readonly bytes: number;
  readonly bytesPerDay: number;
}

/** Adds up a repository and looks ahead: what comes as it came in the last two weeks, and what goes by `policy`. */
export function repositoryUse(facts: StorageFacts, policy: RetentionPolicy, now: Date): RepositoryUse {
  const { repository, location, freeBytes, items } = facts;
  const sources = [...Map.groupBy(items, ({ source }) => source)]
    .map(([source, own]) => sourceUse(source, own, now))
    .sort((a, b) => b.bytes - a.bytes);
  const kinds = sources.flatMap((source) => source.kinds);
  const week = balances(items, kinds, policy, now, 7).at(-1) ?? 0;
  const room = freeBytes;
  const full = room === null ? -1 : balances(items, kinds, policy, now, 365).findIndex((taken) => taken > room);
  return {
    repository,
    location,
    bytes: sum(items),
    freeBytes,
    growthPerDay: week / 7,
    fullInDays: full < 0 ? null : full + 1,
    sources,
  };
}

function sourceUse(source: string, items: readonly StoredItem[], now: Date): SourceUse {
  const kinds = [...Map.groupBy(items, ({ kind }) => kind)].map(([kind, own]) => {
    return { kind, count: own.length, bytes: sum(own), bytesPerDay: comingPerDay(own, now) };
  });
  const bytesPerDay = kinds.reduce((all, kind) => all + kind.bytesPerDay, 0);
  return { source, bytes: sum(items), bytesPerDay, kinds };
}

const lookBackDays = 14;

/** From interval to interval, so that it does not matter when within them it is asked. */
function comingPerDay(items: readonly StoredItem[], now: Date): number {
  const ordered = [...items].sort((a, b) => a.at.getTime() - b.at.getTime());
  const recent = ordered.filter(({ at }) => now.getTime() - at.getTime() < lookBackDays * dayMilliseconds);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last) return 0;
  if (recent.length === 1) return first.bytes / (ordered.length > 1 ? lookBackDays : 1);
  const days = Math.max(1, (last.at.getTime() - first.at.getTime()) / dayMilliseconds);
  return (sum(recent) - first.bytes) / days;
}

/** How much more than now is taken at the end of each of the days to come. */
function balances(
  items: readonly StoredItem[],
  kinds: readonly KindUse[],
  policy: RetentionPolicy,
  now: Date,
  days: number,
): number[] {
  const leaving = new Map<number, number>();
  for (const { leavesAt, bytes } of items) {
    if (!leavesAt) continue;
    const day = Math.max(1, Math.ceil((leavesAt.getTime() - now.getTime()) / dayMilliseconds));
    leaving.set(day, (leaving.get(day) ?? 0) + bytes);
  }
  const balance: number[] = [];
  for (let day = 1; day <= days; day += 1) {
    const coming = kinds.reduce((all, { kind, bytesPerDay }) => {
      // What comes from now on goes as well, once its time is over.
      const isLeavingAgain = day > (daysOf(kind, policy) ?? Infinity);
      return isLeavingAgain ? all : all + bytesPerDay;
    }, 0);
    balance.push((balance.at(-1) ?? 0) + coming - (leaving.get(day) ?? 0));
  }
  return balance;
}

function sum(items: readonly StoredItem[]): number {
  return items.reduce((all, { bytes }) => all + bytes, 0);
}
