import { z } from 'zod';
import { compactTime } from '../backup-id.ts';

/**
 * A segment is a byte range of one of the server's binlog files: the segments of a file in order, one behind the other, are that file.
 * It lies in a repository below its day, `<source>/binlog/<day-id>/`, as two objects: the bytes, and its facts, which are written after them.
 * Without facts it is no segment. Offsets are those of the server's file; times are ISO 8601 in UTC.
 */

const offset = z.int().nonnegative();
const time = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const placeSchema = z.object({ timeline: z.string(), file: z.string(), end: offset });

export const segmentFactsSchema = z.object({
  formatVersion: z.literal(1),
  source: z.string(),
  /** One unbroken history of one server, `20261125T031412Z-x7k2`: sorts by when it began. */
  timeline: z.string().regex(/^\d{8}T\d{6}Z-[a-z0-9]{4}$/),
  serverUuid: z.string(),
  flavour: z.enum(['mysql', 'mariadb']),
  serverVersion: z.string(),
  file: z.string().min(1),
  /** By the server's clock, from the file's first event. Tells two files of one name apart. */
  fileCreatedAt: time,
  start: offset,
  end: offset,
  /** The end of the last whole transaction. What lies behind it belongs to one that goes on in a later segment. */
  completeThrough: offset,
  lastEvent: z.object({ start: offset, fingerprint: z.string() }),
  /** GTIDs of the transactions that end in here: a set on MySQL, the last of each domain on MariaDB. */
  history: z.string(),
  /** What was executed before the file; only at its beginning. */
  before: z.string().optional(),
  transactions: z.int().nonnegative(),
  /** Of those transactions, by the server's clock, in whole seconds. */
  firstAt: time.optional(),
  lastAt: time.optional(),
  /** How the server ended the file, if it did in here. */
  ending: z.enum(['rotate', 'stop']).optional(),
  /** How often the server said that its own binlog misses something. */
  incidents: z.int().nonnegative(),
  /** What the server had before this file, if nothing is missing in between: seen from its going on by itself, or from GTIDs. Only at the file's beginning. */
  follows: placeSchema.extend({ by: z.enum(['rotation', 'gtids']) }).optional(),
  /** Why the timeline was begun; only on its first segment. */
  begins: z.enum(['first', 'other-server', 'reset', 'diverged']).optional(),
  /** A moment, by the server's clock, at which nothing had been executed that is not in here or before. */
  heldAllAt: time.optional(),
  storedAt: time,
  storedBytes: z.int().nonnegative(),
  /** Of the stored bytes, hex; and of the bytes themselves. */
  sha256,
  rawSha256: sha256,
});
export type SegmentFacts = z.infer<typeof segmentFactsSchema>;

/** Where something ends or begins in a source's binlogs. */
export type BinlogPlace = z.infer<typeof placeSchema>;

/** `20261125-binlog-alumni-x7k2`: all segments that were stored on that day, under one key. */
export function makeDayId(source: string, at: Date, suffix: string): string {
  return `${compactTime(at).slice(0, 8)}-binlog-${source}-${suffix}`;
}

/** `20261125T031412Z-x7k2`: behind every earlier one, whatever the clock did. */
export function nextTimelineId(earlier: readonly string[], now: Date, suffix: string): string {
  const newest = [...earlier].sort().at(-1) ?? '';
  let at = now;
  while (`${compactTime(at)}-${suffix}` <= newest) at = new Date(at.getTime() + 1000);
  return `${compactTime(at)}-${suffix}`;
}

/** Everything of a source's binlogs in a repository. */
export function binlogPrefix(source: string): string {
  return `${source}/binlog/`;
}

/** The guide for people, in plain. */
export function binlogGuideKey(source: string): string {
  return `${binlogPrefix(source)}RECOVER.md`;
}

/** With its trailing slash. */
export function dayPrefix(source: string, dayId: string): string {
  return `${binlogPrefix(source)}${dayId}/`;
}

/** The day's own names for a segment's objects; they are bound into their encryption. */
export function segmentNames(segment: Pick<SegmentFacts, 'timeline' | 'file' | 'start' | 'end'>): {
  bytes: string;
  facts: string;
} {
  const range = [segment.start, segment.end].map((each) => String(each).padStart(13, '0')).join('-');
  const place = `${segment.timeline}/${plainName(segment.file)}/${range}`;
  return { bytes: `segments/${place}.zst`, facts: `facts/${place}.json` };
}

/** The key of a segment's bytes, from that of its facts. */
export function segmentBytesKey(factsKey: string): string {
  return factsKey.replace(/\/facts\/(.*)\.json$/, '/segments/$1.zst');
}

/** What a key below `binlogPrefix` is; undefined for anything else. */
export function parseBinlogKey(source: string, key: string): { dayId: string; name: string } | undefined {
  if (!key.startsWith(binlogPrefix(source))) return undefined;
  const [dayId = '', ...name] = key.slice(binlogPrefix(source).length).split('/');
  return /^\d{8}-binlog-/.test(dayId) && name.length > 0 ? { dayId, name: name.join('/') } : undefined;
}

/** The id of the day that a key of whatever source belongs to, if it is one of binlogs. */
export function binlogDayOfKey(key: string): string | undefined {
  return parseBinlogKey(key.split('/')[0] ?? '', key)?.dayId;
}

/** The source that is named in a day's id. */
export function binlogSourceOf(dayId: string): string {
  return dayId.replace(/^\d{8}-binlog-/, '').replace(/-[a-z0-9]{4}$/, '');
}

/** The day that an id stands for, `20261125`. */
export function dayOf(dayId: string): string {
  return dayId.slice(0, 8);
}

/** Basename and number of a server's binlog file; numbers grow within a timeline. */
export function parseFileName(file: string): { base: string; number: number } {
  const dot = file.lastIndexOf('.');
  return { base: file.slice(0, dot), number: Number(file.slice(dot + 1)) };
}

/** Negative, zero or positive: which of two places of one timeline comes first. */
export function comparePlaces(a: { file: string; end: number }, b: { file: string; end: number }): number {
  return parseFileName(a.file).number - parseFileName(b.file).number || a.end - b.end;
}

/** A server may give its files names that no key may have. */
function plainName(file: string): string {
  const plain = file.replace(/[^A-Za-z0-9._-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
  return /^\.*$/.test(plain) ? `_${plain}` : plain;
}
