import { Failure } from '../failure.ts';

/** One event of a binlog, as it lies in the server's file. */
export interface RawEvent {
  readonly type: number;
  /** Seconds since 1970, by the server's clock. */
  readonly timestamp: number;
  readonly serverId: number;
  readonly flags: number;
  /** Header, body and checksum. */
  readonly bytes: number;
  /** The header's word for where the event ends in its file, of 32 bits; 0 for one that the server made up for this connection. */
  readonly position: number;
  /** Offset within what was read. */
  readonly at: number;
  /** Behind the header; without the checksum, or cut off where only the beginning is of interest. */
  readonly body: Uint8Array;
  /** CRC-32 of the event without its checksum. */
  readonly crc: number;
}

/** CRC-32 of bytes, going on from an earlier one. */
export type Crc32 = (bytes: Uint8Array, before?: number) => number;

export interface EventReader {
  /** Takes the next bytes, however they are cut. Whole events are handed on before it returns. Failure `integrity`. */
  push(bytes: Uint8Array): void;
  /** How much was taken in whole events, the magic included. */
  readonly offset: number;
}

export interface EventReaderOptions {
  readonly crc32: Crc32;
  readonly onEvent: (event: RawEvent) => void;
  /** How many bytes of the body are wanted of an event; the rest is only summed up. Default: none. */
  readonly wanted?: (type: number) => number;
}

/**
 * Reads a binlog file from its beginning, in pieces, and sees that no event was altered or cut. Holds no more of an event than what is
 * wanted of it: one may be as large as a gigabyte.
 */
export function createEventReader({ crc32, onEvent, wanted = () => 0 }: EventReaderOptions): EventReader {
  const header = new Gathering(magic.length);
  let current: Current | undefined;
  let checksums = true;
  let offset = 0;
  let begun = false;

  function begin(bytes: Uint8Array): Current {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(9, true);
    const type = view.getUint8(4);
    if (length < headerBytes || length > largestEvent) throw damaged(offset, `an event of ${length} bytes`);
    // The first event of a file says whether the others have checksums; its own it has in any case.
    const tail = checksums || type === formatDescription ? checksumBytes : 0;
    const bodyBytes = Math.max(0, length - headerBytes - tail);
    return {
      type,
      timestamp: view.getUint32(0, true),
      serverId: view.getUint32(5, true),
      flags: view.getUint16(17, true),
      bytes: length,
      position: view.getUint32(13, true),
      at: offset,
      crc: crc32(bytes),
      body: new Gathering(Math.min(bodyBytes, type === formatDescription ? bodyBytes : wanted(type))),
      left: bodyBytes,
      checksum: new Gathering(tail),
    };
  }

  function end(event: Current): void {
    const body = event.body.bytes();
    if (event.type === formatDescription) checksums = body.at(-1) === crcAlgorithm;
    const stored = event.checksum.bytes();
    const { left: _, checksum: __, ...facts } = event;
    if (stored.length > 0 && readNumber(stored) !== event.crc) {
      throw damaged(event.at, 'an event whose checksum is wrong');
    }
    offset += event.bytes;
    current = undefined;
    header.restart(headerBytes);
    onEvent({ ...facts, body });
  }

  return {
    get offset() {
      return offset;
    },
    push(bytes) {
      let rest = bytes;
      for (;;) {
        if (current === undefined) {
          rest = header.take(rest);
          if (!header.isFull) return;
          if (begun) current = begin(header.bytes());
          else checkMagic();
          continue;
        }
        const part = rest.subarray(0, current.left);
        current.crc = crc32(part, current.crc);
        current.body.take(part);
        current.left -= part.length;
        rest = current.checksum.take(rest.subarray(part.length));
        if (!current.checksum.isFull || current.left > 0) return;
        end(current);
      }
    },
  };

  function checkMagic(): void {
    if (Buffer.compare(header.bytes(), magic) !== 0) throw damaged(0, 'no binlog: its first bytes are others');
    begun = true;
    offset = magic.length;
    header.restart(headerBytes);
  }
}

/** The first bytes of every binlog file. */
const magic = Uint8Array.of(0xfe, 0x62, 0x69, 0x6e);
export const magicBytes = magic.length;
const headerBytes = 19;
const checksumBytes = 4;
const crcAlgorithm = 1;
const formatDescription = 15;
/** Servers accept no larger packet. */
const largestEvent = 1024 ** 3 + 1024 ** 2;

interface Current extends Omit<RawEvent, 'body' | 'crc'> {
  crc: number;
  readonly body: Gathering;
  left: number;
  readonly checksum: Gathering;
}

/** Gathers a known number of bytes out of pieces. */
class Gathering {
  #wanted: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  restart(wanted: number): void {
    this.#wanted = wanted;
    this.#parts = [];
    this.#length = 0;
  }

  get isFull(): boolean {
    return this.#length === this.#wanted;
  }

  /** Answers what it did not need. */
  take(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.#wanted - this.#length);
    if (part.length > 0) this.#parts.push(part);
    this.#length += part.length;
    return bytes.subarray(part.length);
  }

  bytes(): Uint8Array {
    const [only, ...others] = this.#parts;
    return others.length === 0 ? (only ?? new Uint8Array()) : Buffer.concat(this.#parts);
  }
}

function readNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

function damaged(at: number, what: string): Failure {
  return new Failure('integrity', `The binlog cannot be read at ${at}: ${what}.`, {
    hint: 'Read it from the server again. If it is the same there, look into the error log of the server.',
  });
}
