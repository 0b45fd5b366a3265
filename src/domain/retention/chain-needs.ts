import { formatDay } from '../measures.ts';
import { isPinned } from '../pin.ts';
import { dayMilliseconds, type RetentionEntry, type RetentionPolicy, timeIsOver } from './retention.ts';

/** Which entries others need, whatever their age: the id of each, and why in words. */
export interface ChainNeeds {
  /** Fulls that something is rolled forward from. */
  readonly bases: ReadonlyMap<string, string>;
  /** Incrementals and binlog files on the way. */
  readonly links: ReadonlyMap<string, string>;
}

/**
 * A moment can be recovered from the newest good full before it and everything between the two. So a full backup is needed as long as
 * something after it is, and what lies between as long as both.
 */
export function chainNeeds(entries: readonly RetentionEntry[], policy: RetentionPolicy, now: Date): ChainNeeds {
  const fulls = goodOnes(entries, 'full', now);
  const links = entries.filter(({ kind, state }) => isLink(kind) && state !== 'shredded');
  const bases = new Map<string, string>();
  const needed = new Map<string, string>();

  const need = (base: RetentionEntry | undefined, why: string, end?: RetentionEntry) => {
    if (!base) return;
    if (!bases.has(base.id)) bases.set(base.id, why);
    for (const link of links) {
      if (link === end) continue;
      const follows = link.takenAt.getTime() + clockToleranceMilliseconds >= base.takenAt.getTime();
      const isOnTheWay = follows && (!end || beginningOf(link) <= end.takenAt);
      if (isOnTheWay && !needed.has(link.id)) needed.set(link.id, `recovery from ${base.id} leads through it`);
    }
  };
  const baseFor = (moment: Date) => fulls.findLast(({ takenAt }) => takenAt <= moment);

  const from = windowStart(links, policy, now);
  if (from) need(baseFor(from), `recovery to any moment since ${formatDay(from)} begins with it`);
  for (const link of links) {
    const stays = isPinned(link.pin, now) ? 'which is pinned' : link.hold && 'which cannot go yet';
    if (stays) need(baseFor(link.takenAt), `${link.id}, ${stays}, needs it`, link);
  }
  need(fulls.at(-1), 'what came after needs it');
  return { bases, links: needed };
}

/** From when on everything is to be recoverable: where the incrementals begin whose time is not over, but no earlier than that time. */
function windowStart(links: readonly RetentionEntry[], policy: RetentionPolicy, now: Date): Date | undefined {
  const isYoung = (link: RetentionEntry) => {
    const over = timeIsOver(link, policy);
    return over === undefined || over > now;
  };
  const young = links.filter(isYoung);
  if (young.length === 0) return undefined;
  const begins = Math.min(...young.map((link) => beginningOf(link).getTime()));
  const horizon = policy.incremental === undefined ? begins : now.getTime() - policy.incremental * dayMilliseconds;
  return new Date(Math.max(horizon, begins));
}

/** Oldest first. One that a wrong clock put into the future vouches for nothing. */
export function goodOnes(
  entries: readonly RetentionEntry[],
  kind: RetentionEntry['kind'],
  now: Date,
): RetentionEntry[] {
  return entries
    .filter((entry) => entry.kind === kind && entry.state === 'good' && entry.takenAt <= now)
    .sort((a, b) => a.takenAt.getTime() - b.takenAt.getTime());
}

function beginningOf({ coversFrom, takenAt }: RetentionEntry): Date {
  return coversFrom ?? takenAt;
}

/** Is it of no use without what came before it? */
export function isLink(kind: RetentionEntry['kind']): boolean {
  return kind === 'incremental' || kind === 'binlog';
}

/** The clocks of server and bot may differ: what was stored that much before a snapshot may still lead on from it. */
const clockToleranceMilliseconds = 3_600_000;
