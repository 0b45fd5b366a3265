import { statementHead } from './dump-statements.ts';
import { type TableName, unquoteName } from './manifest.ts';

/** What the SQL of a data part is made of, in order. Everything but rows is short. */
export type DumpPiece =
  /** A statement to run where it stands: it sets something of the session. */
  | { readonly kind: 'setting'; readonly sql: string }
  | ({ readonly kind: 'insert' } & InsertHead)
  /** Rows of the INSERT before it as they stand in the dump, cut anywhere; the first parenthesis and the last one are left out. */
  | { readonly kind: 'rows'; readonly bytes: Buffer };

export interface InsertHead extends TableName {
  /** Undefined where the dump names none, which means all of them. */
  readonly columns: readonly string[] | undefined;
  /** What stands between two rows. */
  readonly between: string;
}

/** These bytes are not what a dump program writes, so that nothing can be said about their rows. */
export class NotPlainInserts extends Error {}

/**
 * Tells the INSERTs of a data part from the rest, in uncompressed chunks cut anywhere, without looking at the rows: the dump programs
 * escape every newline in a value, so an INSERT ends where `);` ends a line. Refuses what it does not know for certain.
 */
export function insertReader() {
  let read = readLine;
  let schema = '';
  let line: Buffer = NOTHING;
  let head = statementHead();
  let opening = '';
  /** The end of a chunk, which may be the beginning of an INSERT's end. */
  let held: Buffer = NOTHING;
  let pieces: DumpPiece[] = [];

  return {
    /** What this chunk completes, and the rows in it. Throws `NotPlainInserts`. */
    push(chunk: Buffer): DumpPiece[] {
      pieces = [];
      for (let at = 0; at < chunk.length; ) at = read(chunk, at);
      return pieces;
    },
    /** After the last chunk. Throws `NotPlainInserts` when the dump stops in the middle. */
    end(): void {
      if (read !== readLine || line.length > 0) throw new NotPlainInserts('it stops in the middle of a statement');
    },
  };

  /** Reads on from `at` and returns where it got to, as all of these do. */
  function readLine(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(NEWLINE, at);
    const lineEnd = newline < 0 ? chunk.length : newline + 1;
    const end = line.length < INSERT.length ? Math.min(lineEnd, at + INSERT.length - line.length) : lineEnd;
    line = Buffer.concat([line, chunk.subarray(at, end)]);
    if (line.equals(INSERT)) {
      line = NOTHING;
      head = statementHead();
      read = readHead;
    } else if (line.at(-1) === NEWLINE) {
      finishLine(line.toString('utf8').trim());
      line = NOTHING;
    } else if (line.length > LONGEST_LINE) throw new NotPlainInserts('a line of it has no end');
    return end;
  }

  function finishLine(text: string): void {
    // MariaDB's first line is a command to its client, not to the server.
    if (text === '' || text.startsWith('--') || /^\/\*M?!999999\\- [^*]*\*\/$/.test(text)) return;
    const used = USE.exec(text)?.[1];
    if (used !== undefined) schema = unquoteName(used);
    else if (SETTING.test(text)) pieces.push({ kind: 'setting', sql: text.slice(0, -1) });
    else throw new NotPlainInserts(`it holds the line ${text.slice(0, 80)}`);
  }

  function readHead(chunk: Buffer, at: number): number {
    const end = head.feed(chunk, at);
    if (end < 0) return chunk.length;
    opening = '';
    read = readOpening;
    return end;
  }

  function readOpening(chunk: Buffer, at: number): number {
    opening += String.fromCharCode(chunk[at] ?? 0);
    if (opening.length < 2) return at + 1;
    const between = betweenAfter[opening];
    const [, name, names] = HEAD.exec(head.text()) ?? [];
    if (!name || !between) throw new NotPlainInserts(`it holds INSERT ${head.text().slice(0, 80)}`);
    const columns = names?.match(NAMES)?.map(unquoteName);
    pieces.push({ kind: 'insert', schema, name: unquoteName(name), columns, between });
    read = readRows;
    return at + 1;
  }

  function readRows(chunk: Buffer, at: number): number {
    if (held.length > 0) {
      const next = chunk.subarray(at, at + END.length - 1);
      const seam = Buffer.concat([held, next]);
      const end = seam.indexOf(END);
      if (end >= 0) return finishRows(seam.subarray(0, end), at + end + END.length - held.length);
      if (next.length < END.length - 1) return holdBack(seam, at + next.length);
      keepRows(held);
      held = NOTHING;
    }
    const end = chunk.indexOf(END, at);
    if (end >= 0) return finishRows(chunk.subarray(at, end), end + END.length);
    return holdBack(chunk.subarray(at), chunk.length);
  }

  function finishRows(rows: Buffer, next: number): number {
    keepRows(rows);
    held = NOTHING;
    read = readLine;
    return next;
  }

  function holdBack(rows: Buffer, next: number): number {
    const kept = Math.max(0, rows.length - END.length + 1);
    keepRows(rows.subarray(0, kept));
    held = Buffer.from(rows.subarray(kept));
    return next;
  }

  function keepRows(bytes: Buffer): void {
    // Bytes with their character set named: a value in a form that only SQL knows.
    if (bytes.includes("_binary '")) throw new NotPlainInserts('it holds bytes that are not in hex');
    if (bytes.length > 0) pieces.push({ kind: 'rows', bytes });
  }
}

/** By what stands between VALUES and the first row. MariaDB gives each row a line. */
const betweenAfter: Record<string, string> = { ' (': '),(', '\n(': '),\n(' };

const NAME = '`(?:[^`]|``)+`';
const NAMES = new RegExp(NAME, 'g');
const HEAD = new RegExp(`^INTO (${NAME})(?: \\((${NAME}(?:, ${NAME})*)\\))? VALUES$`);
const USE = new RegExp(`^USE (${NAME});$`);
const SETTING = /^(?:\/\*M?!\d+ )?(?:SET|COMMIT)\b.*;$/i;
const INSERT = Buffer.from('INSERT ');
const END = Buffer.from(');\n');
const NOTHING = Buffer.alloc(0);
const NEWLINE = 0x0a;
const LONGEST_LINE = 64 * 1024;
