import type { Flavour } from '../server.ts';
import { ByteCursor } from './byte-cursor.ts';
import type { RawEvent } from './event-reader.ts';
import { formatGtidSet, type GtidRange, type GtidSet, uniteGtids } from './gtid-set.ts';

/** What an event says about transactions and files; what it changes in tables is none of our business. */
export type EventMeaning =
  | { readonly kind: 'format' }
  /** What was executed before this file: a GTID set on MySQL, the last of every domain on MariaDB. */
  | { readonly kind: 'before'; readonly history: string }
  /** A transaction follows; an anonymous one without `gtid`. `begun`: it goes on until its end; otherwise a single statement may be all of it. */
  | { readonly kind: 'gtid'; readonly gtid?: EventGtid; readonly begun: boolean }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'statement' }
  /** The file ends here, and the server goes on in the next one. */
  | { readonly kind: 'rotate' }
  /** The server was shut down. */
  | { readonly kind: 'stop' }
  /** The server itself says that its binlog misses something. */
  | { readonly kind: 'incident' }
  | { readonly kind: 'other' };

export interface EventGtid {
  /** `uuid` or `uuid:tag` on MySQL, `domain-server` on MariaDB. */
  readonly origin: string;
  readonly number: number;
}

/** How much of the body it takes to know. */
export function wantedBytes(type: number): number {
  if (type === types.query) return 13 + 65_535 + 256 + longestWord;
  return wholeBodies.has(type) ? Number.MAX_SAFE_INTEGER : 0;
}

export function meaningOf(event: RawEvent, flavour: Flavour): EventMeaning {
  switch (event.type) {
    case types.format:
      return { kind: 'format' };
    case types.rotate:
      return { kind: 'rotate' };
    case types.stop:
      return { kind: 'stop' };
    case types.incident:
      return { kind: 'incident' };
    case types.previousGtids:
      return { kind: 'before', history: formatGtidSet(readPreviousGtids(event.body)) };
    case types.mariadbGtidList:
      return { kind: 'before', history: readGtidList(event.body) };
    case types.gtid:
      return { kind: 'gtid', gtid: readGtid(event.body), begun: false };
    case types.taggedGtid:
      return { kind: 'gtid', gtid: readTaggedGtid(event.body), begun: false };
    case types.anonymousGtid:
      return { kind: 'gtid', begun: false };
    case types.mariadbGtid:
      return readMariadbGtid(event);
    case types.xid:
    case types.xaPrepare:
    // A whole compressed transaction, its commit included.
    case types.payload:
      return { kind: 'end' };
    case types.query:
      return { kind: readStatement(event.body) };
    case types.mariadbCompressedQuery:
      return { kind: flavour === 'mariadb' ? 'statement' : 'other' };
    default:
      return { kind: 'other' };
  }
}

const types = {
  query: 2,
  stop: 3,
  rotate: 4,
  format: 15,
  xid: 16,
  incident: 26,
  gtid: 33,
  anonymousGtid: 34,
  previousGtids: 35,
  xaPrepare: 38,
  payload: 40,
  taggedGtid: 42,
  mariadbGtid: 162,
  mariadbGtidList: 163,
  mariadbCompressedQuery: 165,
} as const;

const wholeBodies = new Set<number>([
  types.gtid,
  types.previousGtids,
  types.taggedGtid,
  types.mariadbGtid,
  types.mariadbGtidList,
]);

const longestWord = 32;

/** Servers decide in the same way what begins and ends a group. */
function readStatement(body: Uint8Array): 'begin' | 'end' | 'statement' {
  const cursor = new ByteCursor(body);
  cursor.skip(8);
  const schemaBytes = cursor.number(1);
  cursor.skip(2);
  cursor.skip(cursor.number(2) + schemaBytes + 1);
  const sql = cursor.text(Math.min(longestWord, cursor.left)).toUpperCase();
  if (sql === 'BEGIN' || sql.startsWith('XA START')) return 'begin';
  if (sql === 'COMMIT' || (sql.startsWith('ROLLBACK') && !sql.startsWith('ROLLBACK TO '))) return 'end';
  return sql.startsWith('XA COMMIT') || sql.startsWith('XA ROLLBACK') ? 'end' : 'statement';
}

function readGtid(body: Uint8Array): EventGtid {
  const cursor = new ByteCursor(body);
  cursor.skip(1);
  return { origin: cursor.uuid(), number: cursor.number(8) };
}

/** MySQL 8.3's own serialisation: numbered fields whose numbers, and the uuid's very bytes, are of variable length. */
function readTaggedGtid(body: Uint8Array): EventGtid {
  const cursor = new ByteCursor(body);
  for (const _ of ['version', 'size', 'last field that must be known']) cursor.variable();
  let [uuid, number, tag] = ['', 0, ''];
  while (tag === '' && cursor.left > 0) {
    const field = cursor.variable();
    if (field === 1) uuid = cursor.variableUuid();
    else if (field === 3) tag = cursor.text(cursor.variable());
    // Signed numbers have their sign in the lowest bit; ours are positive.
    else if (field === 2) number = cursor.variable() / 2;
    else cursor.variable();
  }
  return { origin: `${uuid}:${tag}`, number };
}

function readMariadbGtid({ body, serverId }: RawEvent): EventMeaning {
  const cursor = new ByteCursor(body);
  const number = cursor.number(8);
  const domain = cursor.number(4);
  const standsAlone = (cursor.number(1) & 1) === 1;
  return { kind: 'gtid', gtid: { origin: `${domain}-${serverId}`, number }, begun: !standsAlone };
}

function readPreviousGtids(body: Uint8Array): GtidSet {
  const cursor = new ByteCursor(body);
  const [first, ...rest] = cursor.take(8);
  const tagged = rest.at(-1) === 1;
  const count = new ByteCursor(tagged ? Uint8Array.from(rest.slice(0, 6)) : Uint8Array.from([first ?? 0, ...rest]));
  const sets: GtidSet[] = [];
  for (let left = count.number(count.left); left > 0; left -= 1) {
    const uuid = cursor.uuid();
    const tag = tagged ? cursor.text(cursor.variable()) : '';
    const ranges: GtidRange[] = [];
    for (let more = cursor.number(8); more > 0; more -= 1) ranges.push([cursor.number(8), cursor.number(8) - 1]);
    sets.push(new Map([[tag === '' ? uuid : `${uuid}:${tag}`, ranges]]));
  }
  return uniteGtids(...sets);
}

/** Four bits of the count are flags. */
function readGtidList(body: Uint8Array): string {
  const cursor = new ByteCursor(body);
  const gtids: string[] = [];
  for (let left = cursor.number(4) & 0x0fff_ffff; left > 0; left -= 1) {
    const [domain, server, sequence] = [cursor.number(4), cursor.number(4), cursor.number(8)];
    gtids.push(`${domain}-${server}-${sequence}`);
  }
  return gtids.join(',');
}
