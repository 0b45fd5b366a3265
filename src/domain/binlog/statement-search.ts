import type { Flavour } from '../server.ts';
import { maskLiterals } from '../sql/tokens.ts';
import { shorten } from '../wording.ts';
import { type EventGtid, meaningOf, wantedBytes } from './event-meaning.ts';
import type { RawEvent } from './event-reader.ts';
import { countRows, type LoggedTable, type RowVerb, readTableMap, rowEventOf, tableIdOf } from './logged-rows.ts';
import { readAnnotation, readStatement } from './logged-statement.ts';
import type { StatementPattern } from './statement-pattern.ts';
import { transactionTracker } from './transaction-tracker.ts';

/** A statement that was found, and where its transaction begins. */
export interface FoundStatement {
  readonly file: string;
  /** Where the transaction begins: everything before it is without the statement. */
  readonly position: number;
  readonly gtid?: string;
  /** By the server's clock, in whole seconds. */
  readonly at: Date;
  readonly schema: string;
  /** Values left out; empty where only the rows are in the binlog. */
  readonly statement: string;
  /** What it changed, as far as rows are logged; `rows` is undefined where they could not be counted. */
  readonly changed: readonly { readonly verb: RowVerb; readonly table: string; readonly rows?: number }[];
}

export interface SearchOptions {
  readonly flavour: Flavour;
  readonly file: string;
  readonly pattern: StatementPattern;
  readonly inflate: (bytes: Uint8Array) => Uint8Array | undefined;
  readonly onFound: (found: FoundStatement) => void;
}

export interface StatementSearch {
  /** The next event of the file, which begins there. Of a compressed transaction its inner events come instead, all at its own place. */
  take(event: RawEvent, start: number): void;
  /** The file has no more events. */
  end(): void;
}

/** An event may be as large as a gigabyte; of more than this only the beginning is held. */
const mostEventBytes = 16 * 1024 * 1024;
/** The same for a whole compressed transaction. */
export const mostPayloadBytes = 64 * 1024 * 1024;
const longestShown = 500;
/** A transaction may match in so many ways as nobody reads. */
const mostOfTransaction = 20;

/** How much of an event's body the search wants. */
export function searchedBytes(type: number): number {
  if (type === types.payload) return mostPayloadBytes;
  return isSearched(type) ? mostEventBytes : wantedBytes(type);
}

/** Goes through the events of one file and hands on what matches, when its transaction has ended. Holds one transaction's matches at a time. */
export function createStatementSearch(options: SearchOptions): StatementSearch {
  const { flavour, file, pattern, inflate, onFound } = options;
  const tracker = transactionTracker();
  const tables = new Map<number, LoggedTable>();
  let begun: { position: number; gtid?: string; at: number } | undefined;
  let annotation: { sql: string; matches: boolean; match?: Match } | undefined;
  let matches = new Map<string, Match>();

  function close(): void {
    for (const { schema, statement, at, changed } of matches.values()) {
      const { position = 0, gtid } = begun ?? {};
      const place = { file, position, ...(gtid !== undefined && { gtid }) };
      const rows = [...changed].map(([, one]) => one);
      onFound({ ...place, at: new Date(at * 1000), schema, statement, changed: rows });
    }
    matches = new Map();
    begun = undefined;
    annotation = undefined;
    tables.clear();
  }

  function matched(key: string, schema: string, sql: string, at: number): Match | undefined {
    const known = matches.get(key);
    if (known || matches.size >= mostOfTransaction) return known;
    const match: Match = { schema, statement: shorten(maskLiterals(sql), longestShown), at, changed: new Map() };
    matches.set(key, match);
    return match;
  }

  function takeStatement({ type, body, timestamp }: RawEvent): void {
    const { schema, sql } = readStatement(body, type === types.mariadbCompressedQuery ? inflate : undefined);
    if (pattern.matchesStatement(sql, schema)) matched(`statement ${sql}`, schema, sql, timestamp);
  }

  function takeAnnotation({ type, body }: RawEvent): void {
    const sql = readAnnotation(body, type === types.rowsQuery ? 'mysql' : 'mariadb');
    annotation = { sql, matches: false };
  }

  function takeRows(event: RawEvent, verb: RowVerb): void {
    const table = tables.get(tableIdOf(event.body));
    if (!table) return;
    const isIt =
      pattern.matchesRows(verb, table) ||
      (annotation !== undefined && pattern.matchesStatement(annotation.sql, table.schema));
    if (!isIt) return;
    const sql = annotation?.sql ?? '';
    const match = matched(
      sql === '' ? `rows ${verb} ${table.schema}.${table.name}` : `statement ${sql}`,
      table.schema,
      sql,
      event.timestamp,
    );
    if (!match) return;
    const whole = event.body.length < mostEventBytes;
    addRows(match, verb, `${table.schema}.${table.name}`, countRows({ ...event, whole }, table, inflate));
  }

  return {
    take(event, start) {
      const meaning = meaningOf(event, flavour);
      if (meaning.kind === 'gtid') {
        if (begun) close();
        const gtid = meaning.gtid && gtidText(flavour, meaning.gtid);
        begun = { position: start, at: event.timestamp, ...(gtid !== undefined && { gtid }) };
      }
      begun ??= { position: start, at: event.timestamp };
      const row = rowEventOf(event.type);
      if (row) takeRows(event, row.verb);
      else if (event.type === types.tableMap) {
        const { id, table } = readTableMap(event.body);
        tables.set(id, table);
      } else if (event.type === types.rowsQuery || event.type === types.annotateRows) takeAnnotation(event);
      else if (event.type === types.query || isCompressedQuery(event.type, flavour)) takeStatement(event);
      // A payload's end is the transaction's: what was in it has come before.
      const ended = tracker.take(meaning, event.timestamp);
      if (ended && meaning.kind !== 'gtid') close();
      else if (tracker.isWhole() && meaning.kind !== 'gtid') close();
    },
    end: close,
  };
}

interface Match {
  readonly schema: string;
  readonly statement: string;
  readonly at: number;
  readonly changed: Map<string, { verb: RowVerb; table: string; rows?: number }>;
}

/** One event that could not be counted makes the sum unknown. */
function addRows({ changed }: Match, verb: RowVerb, table: string, rows: number | undefined): void {
  const key = `${verb} ${table}`;
  const before = changed.get(key);
  if (!before) changed.set(key, { verb, table, ...(rows !== undefined && { rows }) });
  else if (rows === undefined) delete before.rows;
  else if (before.rows !== undefined) before.rows += rows;
}

const types = {
  query: 2,
  tableMap: 19,
  rowsQuery: 29,
  payload: 40,
  annotateRows: 160,
  mariadbCompressedQuery: 165,
} as const;

export const payloadEvent = types.payload;

function isSearched(type: number): boolean {
  const known: readonly number[] = Object.values(types);
  return known.includes(type) || rowEventOf(type) !== undefined;
}

function isCompressedQuery(type: number, flavour: Flavour): boolean {
  return type === types.mariadbCompressedQuery && flavour === 'mariadb';
}

/** As people type it. */
export function gtidText(flavour: Flavour, { origin, number }: EventGtid): string {
  return flavour === 'mariadb' ? `${origin}-${number}` : `${origin}:${number}`;
}
