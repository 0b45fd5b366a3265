import { type CutEnd, cutter } from '../../domain/binlog/binlog-cut.ts';
import {
  type BaseRange,
  type BinlogRange,
  cutRange,
  isEmptyRange,
  rangeEnd,
} from '../../domain/binlog/binlog-range.ts';
import { extendHistory } from '../../domain/binlog/history.ts';
import type { BinlogPlace } from '../../domain/binlog/segment.ts';
import type { CatalogEntry } from '../../domain/catalog.ts';
import type { ExpectedLoss } from '../../domain/recovery/plan.ts';
import type { PlannedEnd } from '../../domain/recovery/recovery-end.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import { formatInstant } from '../../domain/wording.ts';
import { scanFile } from './read-file.ts';
import type { StoredChain } from './source-chains.ts';

/** Where a recovery ends, and what lies behind that. */
export interface PlacedEnd {
  readonly range: BinlogRange | null;
  readonly end: PlannedEnd;
  readonly loss: ExpectedLoss;
}

/** The whole range: as near to now as it leads. */
export function placeChainEnd(entry: CatalogEntry, { range, reach, segments }: BaseRange, now: Date): PlacedEnd {
  const history = segments.flat().reduce(extended(range), entry.position.gtidSet);
  const at = reach.to.toISOString();
  return {
    range: isEmptyRange(range) ? null : range,
    end: { place: rangeEnd(range), at, history },
    loss: { from: at, to: now.toISOString(), transactions: null, tables: null },
  };
}

/** The backup alone. */
export function placeBackup(entry: CatalogEntry, now: Date): PlacedEnd {
  const { snapshotAt: at, position } = entry;
  const loss = { from: at, to: now.toISOString(), transactions: null, tables: null };
  return { range: null, end: { at, history: position.gtidSet }, loss };
}

/** Cuts the range where it was asked to end. Only the files that may hold that place are read. */
export async function placeCut(
  entry: CatalogEntry,
  whole: BaseRange,
  wanted: CutEnd,
  { chain, signal }: { chain: StoredChain; signal: AbortSignal },
): Promise<PlacedEnd | RecoveryRefusal> {
  const { range, reach, segments } = whole;
  const { flavour } = range;
  const cuts = cutter(wanted, flavour, entry.position.gtidSet);
  let place: BinlogPlace | undefined;
  let lastAt = Date.parse(entry.snapshotAt);
  for (const [index, file] of range.files.entries()) {
    const own = segments[index] ?? [];
    if (!cuts.mayBeIn(own)) {
      for (const { lastAt: last } of own) if (last) lastAt = Math.max(lastAt, Date.parse(last));
      continue;
    }
    let end: number | undefined;
    await scanFile(chain, file, flavour, signal, (transaction) => {
      // What the backup has already is never cut.
      if (index === 0 && transaction.end <= range.from) return undefined;
      end = cuts.take(file.file, transaction);
      const isIn = end === undefined || end >= transaction.end;
      if (isIn) lastAt = Math.max(lastAt, transaction.last * 1000);
      return end === undefined ? undefined : 'stop';
    });
    if (end === undefined) continue;
    place = { timeline: file.timeline, file: file.file, end };
    break;
  }
  if (!place && !cuts.reached) return notThere(wanted, whole);
  const cut = place ? cutRange(range, place) : range;
  const at = wanted.kind === 'moment' ? wanted.at : new Date(lastAt).toISOString();
  const lost = await countLost(entry.position.gtidSet, whole, place, { chain, signal });
  return {
    range: cut && !isEmptyRange(cut) ? cut : null,
    end: { ...(cut && { place: rangeEnd(cut) }), at, history: lost.history },
    loss: { from: at, to: reach.to.toISOString(), transactions: lost.transactions, tables: lost.tables },
  };
}

/** More than this is not read only to say which tables lose something. */
const mostBytesRead = 64 * 1024 ** 2;

/** What lies behind the place, as far as the chain leads; and what was executed before it. */
async function countLost(
  executed: string,
  { range, segments }: BaseRange,
  place: BinlogPlace | undefined,
  { chain, signal }: { chain: StoredChain; signal: AbortSignal },
): Promise<Pick<ExpectedLoss, 'transactions' | 'tables'> & { history: string }> {
  const first = place
    ? range.files.findIndex(({ timeline, file }) => timeline === place.timeline && file === place.file)
    : 0;
  let history = executed;
  for (const own of segments.slice(0, place ? first : undefined)) history = own.reduce(extended(range), history);
  if (!place) return { transactions: 0, tables: [], history };
  let transactions = 0;
  const tables = new Map<string, number>();
  const after = range.files.slice(first);
  let read = 0;
  for (const [index, file] of after.entries()) {
    read += file.end;
    if (index > 0 && read > mostBytesRead) {
      const rest = segments.slice(first + index).flat();
      transactions += rest.reduce((sum, segment) => sum + segment.transactions, 0);
      return { transactions, tables: null, history };
    }
    await scanFile(chain, file, range.flavour, signal, (transaction) => {
      const isLost = index > 0 || transaction.start >= place.end;
      if (!isLost) {
        const { gtid } = transaction;
        if (gtid) {
          const text = range.flavour === 'mysql' ? `${gtid.origin}:${gtid.number}` : `${gtid.origin}-${gtid.number}`;
          history = extendHistory(range.flavour, history, text);
        }
        return undefined;
      }
      transactions += 1;
      for (const [table, changes] of transaction.tables) tables.set(table, (tables.get(table) ?? 0) + changes);
      return undefined;
    });
  }
  const most = [...tables].sort(([, a], [, b]) => b - a);
  return { transactions, tables: most.map(([table, changes]) => ({ table, changes })), history };
}

function extended({ flavour }: BinlogRange) {
  return (history: string, { history: own }: { history: string }): string =>
    own === '' ? history : extendHistory(flavour, history, own);
}

function notThere(wanted: CutEnd, { reach }: BaseRange): RecoveryRefusal {
  const to = formatInstant(reach.to, new Date(0));
  const problem =
    wanted.kind === 'gtid'
      ? 'Not all of these transactions are in the binlogs that were shipped.'
      : 'The shipped binlogs do not hold that statement behind this backup.';
  return { why: 'no-plan', problem, mend: `They lead to ${to}. Name another place, or a moment: --until TIME` };
}
