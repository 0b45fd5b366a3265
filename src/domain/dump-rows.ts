/**
 * Counts the rows in `(1,'a'),(2,'b');`, the part of an INSERT after VALUES, in chunks cut anywhere. This is where a
 * scan spends its time: one look per byte, and none at the inside of long strings.
 */
export function rowCounter() {
  let mode = GAP;
  let depth = 0;
  let isEscaped = false;
  let rows = 0;
  const counter = {
    /** After `feed` ended: whether it was by a semicolon. If not, something stands there that is no row. */
    endedWell: false,
    begin() {
      mode = GAP;
      depth = 0;
      isEscaped = false;
    },
    /** The rows that ended since the last call. */
    take() {
      const taken = rows;
      rows = 0;
      return taken;
    },
    /** Reads on from `at`; returns where the statement ended, or -1 when it goes on in the next chunk. */
    feed(chunk: Buffer, at: number): number {
      let next = at;
      while (next < chunk.length) {
        if (mode === STRING) next = skipString(chunk, next);
        else if (mode === ROW) next = skipRow(chunk, next);
        else {
          const byte = chunk[next];
          if (byte === OPEN) {
            mode = ROW;
            depth = 1;
          } else if (byte === SEMICOLON) {
            counter.endedWell = true;
            return next + 1;
          } else if (byte !== COMMA && byte !== SPACE && byte !== NEWLINE && byte !== RETURN) {
            counter.endedWell = false;
            return next;
          }
          next += 1;
        }
      }
      return -1;
    },
  };
  return counter;

  function skipRow(chunk: Buffer, at: number): number {
    for (let next = at; next < chunk.length; next += 1) {
      const byte = chunk[next];
      if (byte === QUOTE) {
        mode = STRING;
        return next + 1;
      }
      if (byte === OPEN) depth += 1;
      else if (byte === CLOSE) {
        depth -= 1;
        if (depth > 0) continue;
        rows += 1;
        mode = GAP;
        return next + 1;
      }
    }
    return chunk.length;
  }

  /** A doubled quote needs no care: it ends one string and begins the next. */
  function skipString(chunk: Buffer, at: number): number {
    let next = at;
    if (isEscaped) {
      isEscaped = false;
      next += 1;
    }
    const near = Math.min(chunk.length, next + NEAR);
    while (next < near) {
      const byte = chunk[next];
      if (byte === QUOTE) {
        mode = ROW;
        return next + 1;
      }
      next += byte === BACKSLASH ? 2 : 1;
    }
    if (next < chunk.length) return skipLongString(chunk, next);
    isEscaped = next > chunk.length;
    return chunk.length;
  }

  /** Jumps from quote to quote: one is escaped when an odd number of backslashes stands before it. */
  function skipLongString(chunk: Buffer, at: number): number {
    for (let from = at; ; ) {
      const quote = chunk.indexOf(QUOTE, from);
      const end = quote < 0 ? chunk.length : quote;
      let slashes = 0;
      while (end - slashes > at && chunk[end - slashes - 1] === BACKSLASH) slashes += 1;
      const escapes = slashes % 2 === 1;
      if (quote < 0) {
        isEscaped = escapes;
        return end;
      }
      if (!escapes) {
        mode = ROW;
        return quote + 1;
      }
      from = quote + 1;
    }
  }
}

const GAP = 0;
const ROW = 1;
const STRING = 2;
/** Shorter strings are quicker walked through than searched. */
const NEAR = 64;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x27;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
