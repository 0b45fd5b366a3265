import type { CutEnd } from '../../domain/binlog/binlog-cut.ts';
import { type BaseRange, rangeFrom } from '../../domain/binlog/binlog-range.ts';
import { hasHistory } from '../../domain/binlog/history.ts';
import { type CatalogEntry, isReadable } from '../../domain/catalog.ts';
import type { WantedEnd } from '../../domain/recovery/recovery-end.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import { formatInstant } from '../../domain/wording.ts';
import { baseOf } from '../binlog/keep-standing.ts';
import type { StoredChain } from './source-chains.ts';

export interface ChosenBase {
  readonly entry: CatalogEntry;
  /** Undefined where no binlog leads on from it. */
  readonly whole?: BaseRange;
  readonly chain?: StoredChain;
}

/**
 * The backup to begin from. Of those that lead where it is wanted the newest that was proven, and only where none was one that nobody has found bad:
 * a shorter replay is worth less than a base that is known to be whole.
 */
export function chooseBase(
  fulls: readonly CatalogEntry[],
  chains: readonly StoredChain[],
  wanted: WantedEnd,
): ChosenBase | RecoveryRefusal {
  const good = fulls
    .filter((entry) => entry.kind === 'full' && isReadable(entry) && entry.verified?.verdict !== 'bad')
    .sort((a, b) => Number(isProven(b)) - Number(isProven(a)) || (a.id < b.id ? 1 : -1));
  if (good.length === 0) {
    return {
      why: 'no-plan',
      problem: 'There is no good full backup to begin from.',
      mend: 'backups lists what there is.',
    };
  }
  switch (wanted.kind) {
    case 'backup': {
      const [entry] = good;
      return entry ? { entry } : noBase(good, chains, wanted);
    }
    case 'chain-end':
      return leadingFurthest(good, chains);
    default:
      return firstLeading(good, chains, wanted) ?? noBase(good, chains, wanted);
  }
}

function isProven({ verified }: CatalogEntry): boolean {
  return verified?.verdict === 'good';
}

/** Where proofs are equal, what is nearest to now counts. */
function leadingFurthest(good: readonly CatalogEntry[], chains: readonly StoredChain[]): ChosenBase {
  let best: ChosenBase | undefined;
  let furthest = Number.NEGATIVE_INFINITY;
  for (const entry of good) {
    const base = withRange(entry, chains);
    const to = base.whole?.reach.to.getTime() ?? Date.parse(entry.snapshotAt);
    if (to > furthest) [best, furthest] = [base, to];
    // All later ones begin earlier and end in the same place.
    if (base.whole && base.chain?.chain.stretches.length === base.whole.reach.stretch + 1) break;
  }
  return best ?? { entry: good[0] as CatalogEntry };
}

function firstLeading(
  good: readonly CatalogEntry[],
  chains: readonly StoredChain[],
  wanted: CutEnd,
): ChosenBase | undefined {
  for (const entry of good) {
    if (wanted.kind === 'moment' && Date.parse(entry.snapshotAt) > Date.parse(wanted.at)) continue;
    const base = withRange(entry, chains);
    const { whole } = base;
    if (whole && leadsTo(entry, whole, wanted)) return base;
  }
  return undefined;
}

function leadsTo(
  entry: CatalogEntry,
  { range, reach, segments }: NonNullable<ChosenBase['whole']>,
  wanted: CutEnd,
): boolean {
  const { flavour } = range;
  switch (wanted.kind) {
    case 'moment':
      return reach.to.getTime() >= Date.parse(wanted.at);
    case 'gtid':
      return hasHistory(flavour, wanted.set, entry.position.gtidSet);
    case 'before-statement': {
      const { place, gtid } = wanted;
      if (gtid !== undefined) {
        const before = hasHistory(flavour, entry.position.gtidSet, gtid);
        return !before && segments.flat().some(({ history }) => history !== '' && hasHistory(flavour, history, gtid));
      }
      const index = range.files.findIndex(({ file }) => file === place?.file);
      return index > 0 || (index === 0 && (place?.position ?? 0) >= range.from);
    }
    default:
      return wanted satisfies never;
  }
}

function withRange(entry: CatalogEntry, chains: readonly StoredChain[]): ChosenBase {
  let best: ChosenBase = { entry };
  for (const chain of chains) {
    const whole = rangeFrom(baseOf(entry), chain.chain);
    if (whole && (!best.whole || whole.reach.to > best.whole.reach.to)) best = { entry, whole, chain };
  }
  return best;
}

function noBase(good: readonly CatalogEntry[], chains: readonly StoredChain[], wanted: WantedEnd): RecoveryRefusal {
  const reaches = good.flatMap((entry) => withRange(entry, chains).whole?.reach ?? []);
  const said = (at: Date) => formatInstant(at, new Date(0));
  const ways = reaches.slice(0, 3).map(({ from, to }) => `${said(from)} to ${said(to)}`);
  return {
    why: 'no-plan',
    problem:
      wanted.kind === 'moment'
        ? `No good backup leads to ${said(new Date(wanted.at))} without a gap.`
        : 'No good backup leads there without a gap.',
    mend:
      ways.length > 0
        ? `What can be had: ${ways.join('; ')}.`
        : 'No binlogs lead on from any backup: the backups themselves can be had with restore full --backup ID --until-backup.',
  };
}
