import { countOf, formatDay } from '../measures.ts';
import { isPinned, pinWords } from '../pin.ts';
import { type ChainNeeds, chainNeeds, goodOnes, isLink } from './chain-needs.ts';
import {
  daysOf,
  type RetainedKind,
  type RetentionEntry,
  type RetentionPolicy,
  timeIsOver,
  type Verdict,
} from './retention.ts';

/**
 * Decides what of one source, in one repository, is kept and what goes: a verdict for every entry, in their order. Age lets nothing go
 * that is the last good one, that something kept needs, or that is pinned; and only good ones make others dispensable.
 */
export function decideRetention(entries: readonly RetentionEntry[], policy: RetentionPolicy, now: Date): Verdict[] {
  const newest = (kind: RetainedKind) => goodOnes(entries, kind, now).at(-1)?.id;
  const heirs = { full: newest('full'), schema: newest('schema') };
  const needs = chainNeeds(entries, policy, now);
  return entries.map((entry) => judge(entry, { policy, now, heirs, needs }));
}

/**
 * Those that go, in the order in which they do: what depends on others before these, so that at any moment what is left can be used.
 * Of incrementals the newest goes first, of the rest the oldest: binlog files that are left must not stand apart.
 */
export function inOrderOfGoing(verdicts: readonly Verdict[]): Verdict[] {
  const rank = { schema: 0, incremental: 1, binlog: 2, full: 3 } as const;
  const byId = (a: Verdict, b: Verdict) => (a.id < b.id ? -1 : 1) * (a.kind === 'incremental' ? -1 : 1);
  return verdicts
    .filter(({ verdict }) => verdict === 'remove')
    .sort((a, b) => rank[a.kind] - rank[b.kind] || byId(a, b));
}

interface Circumstances {
  readonly policy: RetentionPolicy;
  readonly now: Date;
  /** The newest good one of each kind that others go for; of links only their base counts. */
  readonly heirs: Partial<Readonly<Record<RetainedKind, string | undefined>>>;
  readonly needs: ChainNeeds;
}

function judge(entry: RetentionEntry, { policy, now, heirs, needs }: Circumstances): Verdict {
  const { id, kind, state } = entry;
  const keep = (reason: Verdict['reason'], why: string, until: Date | null = null): Verdict => {
    return { id, kind, verdict: 'keep', reason, why, until };
  };
  const over = timeIsOver(entry, policy);
  const days = `its ${spanWords(daysOf(kind, policy) ?? 0)}`;
  if (isPinned(entry.pin, now)) return keep('pinned', pinWords(entry.pin), later(over, entry.pin.until));
  if (!over) return keep('unlimited', 'no time is set after which it goes');
  if (over > now) return keep('young', `${days} are over on ${formatDay(over)}`, over);

  const heir = heirs[kind];
  const base = needs.bases.get(id);
  const link = needs.links.get(id);
  if (heir === id) return keep('newest-good', `the newest verified ${kind} backup never goes`);
  if (base !== undefined) return keep('base', base);
  if (link !== undefined) return keep('chain', link);
  if (entry.hold) return keep(entry.hold.reason, entry.hold.why);
  const isAllThereIs = !isLink(kind) && heir === undefined && state !== 'shredded';
  if (isAllThereIs) return keep('none-good', `no ${kind} backup has been verified, and until one is, none goes`);
  const stays = heir === undefined ? '' : `; ${heir}, verified, stays`;
  return {
    id,
    kind,
    verdict: 'remove',
    reason: 'over',
    why: `${days} were over on ${formatDay(over)}${stays}`,
    until: null,
  };
}

/** A pin without an end has no day on which the entry goes. */
function later(over: Date | undefined, until: string | null): Date | null {
  if (!over || until === null) return null;
  return new Date(Math.max(over.getTime(), Date.parse(until)));
}

function spanWords(days: number): string {
  return Number.isInteger(days) ? countOf(days, 'day') : countOf(Math.round(days * 24), 'hour');
}
