import { Readable } from 'node:stream';
import { crc32, createZstdDecompress, inflateSync } from 'node:zlib';
import { createEventReader, type RawEvent } from '../../domain/binlog/event-reader.ts';
import { readMariadbDeflated, readPayload } from '../../domain/binlog/logged-statement.ts';
import type { StatementPattern } from '../../domain/binlog/statement-pattern.ts';
import {
  createStatementSearch,
  type FoundStatement,
  mostPayloadBytes,
  payloadEvent,
  type StatementSearch,
  searchedBytes,
} from '../../domain/binlog/statement-search.ts';
import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import type { DayKeys } from './day-keys.ts';
import { readSegment } from './read-segment.ts';
import type { StoredSegment } from './store-segment.ts';

export interface SearchFile {
  readonly pattern: StatementPattern;
  readonly signal: AbortSignal;
  readonly onFound: (found: FoundStatement) => void;
  readonly onRead?: (bytes: number) => void;
}

/**
 * Searches segments of one file that follow each other. Says what of them could not be looked into; that ends nothing but the search of this
 * file. `first` is the file's beginning where the search begins later.
 */
export async function searchFile(
  repository: Repository,
  keys: DayKeys,
  { first, segments }: { first: StoredSegment | undefined; segments: readonly StoredSegment[] },
  { pattern, signal, onFound, onRead }: SearchFile,
): Promise<string[]> {
  const [begin] = segments;
  if (!begin) return [];
  const { file, flavour, start } = begin.facts;
  const unsearched: string[] = [];
  const search = createStatementSearch({ flavour, file, pattern, inflate, onFound });
  const head = start === 0 ? Buffer.alloc(0) : await readHead(repository, keys, first, signal);
  const events: RawEvent[] = [];
  const reader = createEventReader({ crc32, wanted: searchedBytes, onEvent: (event) => events.push(event) });
  reader.push(head);
  events.length = 0;
  try {
    for (const segment of segments) {
      for await (const bytes of await readSegment(repository, keys, segment, signal)) {
        reader.push(bytes);
        for (const event of events) await take(event);
        events.length = 0;
        onRead?.(bytes.length);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure) || !['integrity', 'object-missing'].includes(error.code)) throw error;
    unsearched.push(`${file}: ${error.message}`);
  }
  search.end();
  return unsearched;

  async function take(event: RawEvent): Promise<void> {
    const at = event.at - head.length + start;
    if (event.type === payloadEvent && flavour === 'mysql' && !(await searchPayload(event, at, search))) {
      unsearched.push(`a compressed transaction at ${file}:${at} is too large to look into, or of an unknown kind`);
    }
    search.take(event, at);
  }
}

/** Looks through a compressed transaction, which is unpacked bit by bit. False where that cannot be. */
async function searchPayload(event: RawEvent, at: number, search: StatementSearch): Promise<boolean> {
  if (event.body.length >= mostPayloadBytes) return false;
  const { compression, payload } = readPayload(event.body);
  if (compression === 'unknown') return false;
  const reader = createEventReader({
    crc32,
    wanted: searchedBytes,
    onEvent: (inner) => inner.at >= headWithoutChecksums.length && search.take(inner, at),
  });
  reader.push(headWithoutChecksums);
  const packed = Readable.from([payload]);
  for await (const bytes of compression === 'zstd' ? packed.pipe(createZstdDecompress()) : packed) reader.push(bytes);
  return true;
}

const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const headerBytes = 19;

/** How a file begins whose events have no checksums, as those within a compressed transaction are. */
const headWithoutChecksums = (() => {
  const format = Buffer.alloc(headerBytes + 1);
  format.writeUInt8(15, 4);
  format.writeUInt32LE(format.length + 4, 9);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(format));
  return Buffer.concat([magic, format, checksum]);
})();

/** The magic and the format event of a file, which tells whether the others have checksums. They do, where it is not known. */
async function readHead(
  repository: Repository,
  keys: DayKeys,
  segment: StoredSegment | undefined,
  outer: AbortSignal,
): Promise<Buffer> {
  if (!segment) return magic;
  const enough = new AbortController();
  const stream = await readSegment(repository, keys, segment, AbortSignal.any([outer, enough.signal]));
  try {
    let bytes = Buffer.alloc(0);
    for await (const chunk of stream) {
      bytes = Buffer.concat([bytes, chunk]);
      const ends = bytes.length >= magic.length + headerBytes ? bytes.readUInt32LE(magic.length + 9) : Number.NaN;
      if (bytes.length >= magic.length + ends) return bytes.subarray(0, magic.length + ends);
    }
    return magic;
  } finally {
    enough.abort();
    stream.destroy();
  }
}

/** A statement or rows of MariaDB, out of their wrapping. */
const mostInflated = 64 * 1024 * 1024;

/** Undefined where it is too large, or no such thing. */
function inflate(bytes: Uint8Array): Uint8Array | undefined {
  const { inflatedBytes, deflated } = readMariadbDeflated(bytes);
  if (inflatedBytes > mostInflated) return undefined;
  try {
    return inflateSync(deflated, { maxOutputLength: mostInflated });
  } catch {
    return undefined;
  }
}
