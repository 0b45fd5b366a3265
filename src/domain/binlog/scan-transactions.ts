import type { Flavour } from '../server.ts';
import { type EventGtid, meaningOf, wantedBytes } from './event-meaning.ts';
import { type Crc32, createEventReader, type RawEvent } from './event-reader.ts';
import { transactionTracker } from './transaction-tracker.ts';

/** One transaction of a binlog file; offsets are those of the file. */
export interface ScannedTransaction {
  readonly start: number;
  readonly end: number;
  readonly gtid?: EventGtid;
  /** The latest of its events, whole seconds since 1970, by the server's clock. */
  readonly last: number;
  /** `schema.table` of every event that changes rows, with how often it is said; not of compressed transactions. */
  readonly tables: ReadonlyMap<string, number>;
}

export interface TransactionScan {
  /** Takes the next bytes of the file, from its beginning on. Failure `integrity`. */
  push(bytes: Uint8Array): void;
}

/** Tells the transactions of one file, as they end. */
export function scanTransactions({
  flavour,
  crc32,
  onTransaction,
}: {
  readonly flavour: Flavour;
  readonly crc32: Crc32;
  readonly onTransaction: (transaction: ScannedTransaction) => void;
}): TransactionScan {
  const tracker = transactionTracker();
  let start = 0;
  let tables = new Map<string, number>();

  function take(event: RawEvent): void {
    const wasWhole = tracker.isWhole();
    const meaning = meaningOf(event, flavour);
    if (wasWhole) start = event.at;
    const ended = tracker.take(meaning, event.timestamp);
    if (event.type === tableMap) {
      const table = readTable(event.body);
      tables.set(table, (tables.get(table) ?? 0) + 1);
    }
    if (!ended) return;
    // A transaction without an end of its own was over when the next began.
    const end = tracker.isWhole() ? event.at + event.bytes : event.at;
    onTransaction({ start, end, ...(ended.gtid && { gtid: ended.gtid }), last: ended.last, tables });
    tables = new Map();
    start = event.at;
  }

  const reader = createEventReader({
    crc32,
    wanted: (type) => (type === tableMap ? 600 : wantedBytes(type)),
    onEvent: take,
  });
  return { push: (bytes) => reader.push(bytes) };
}

const tableMap = 19;

/** A table's id and flags, then both names with their lengths before and a zero behind. */
function readTable(body: Uint8Array): string {
  const text = Buffer.from(body);
  const schemaBytes = text[8] ?? 0;
  const schema = text.toString('utf8', 9, 9 + schemaBytes);
  const at = 9 + schemaBytes + 1;
  return `${schema}.${text.toString('utf8', at + 1, at + 1 + (text[at] ?? 0))}`;
}
