import { rowCounter } from './dump-rows.ts';
import { type StatementHead, statementHead, statementSkipper } from './dump-statements.ts';

/** Takes the output of mysqldump or mariadb-dump, uncompressed, in chunks cut anywhere. */
export interface DumpScanner {
  push(chunk: Buffer): void;
  end(): DumpScan;
}

export interface DumpScan {
  /** Rows INSERTed (or REPLACEd) by table, under `tableKey(schema, table)`, in order of appearance. */
  rowsByTable: Map<string, number>;
  /**
   * Where each table's INSERTs lie, in order. Adjacent statements of one table make one section. What comes before
   * the first section (the session's settings) belongs to every table, and so does what comes after the last.
   */
  sections: TableSection[];
  /** Whether the line `-- Dump completed` was the last content. */
  completed: boolean;
  rawBytes: number;
  /** Bytes of the largest INSERT: a server takes it only when its max_allowed_packet is larger. */
  largestInsertBytes: number;
}

export interface TableSection {
  /** Undefined when no USE came before and the scanner was not told. */
  schema: string | undefined;
  table: string;
  /** Bytes of the uncompressed dump, `[start, end)`. */
  start: number;
  end: number;
  rows: number;
}

/**
 * Counts what a dump would insert, exactly and without holding it: strings, comments, odd names and the bodies of
 * routines never count. Give `schema` for a dump of one schema, which has no USE.
 */
export function createDumpScanner(options: { schema?: string } = {}): DumpScanner {
  const sections: TableSection[] = [];
  let schema = options.schema;
  let rawBytes = 0;
  let largestInsertBytes = 0;
  let completed = false;

  let mode: 'start' | 'word' | 'insert' | 'use' | 'rows' | 'comment' | 'statement' | 'delimited' = 'start';
  let word = '';
  let line = '';
  let statementStart = 0;
  let head: StatementHead = statementHead();
  let section: TableSection | undefined;
  const rows = rowCounter();
  const skipper = statementSkipper();

  return {
    push(chunk) {
      for (let at = 0; at < chunk.length; ) at = read(chunk, at);
      rawBytes += chunk.length;
    },
    end() {
      const rowsByTable = new Map<string, number>();
      for (const { schema: name, table, rows: count } of sections) {
        const key = tableKey(name, table);
        rowsByTable.set(key, (rowsByTable.get(key) ?? 0) + count);
      }
      return { rowsByTable, sections, completed: completed && mode === 'start', rawBytes, largestInsertBytes };
    },
  };

  /** Reads on from `at` and returns where it got to. Who does not move has changed the mode. */
  function read(chunk: Buffer, at: number): number {
    switch (mode) {
      case 'start':
        return readStart(chunk, at);
      case 'word':
        return readWord(chunk, at);
      case 'insert':
      case 'use':
        return readHead(chunk, at);
      case 'rows':
        return readRows(chunk, at);
      case 'comment':
        return readLine(chunk, at, () => {
          completed = line.startsWith('-- Dump completed');
          mode = 'start';
        });
      case 'delimited':
        // Bodies of routines: nothing in them is a statement of the dump, until a line gives the delimiter back.
        return readLine(chunk, at, () => {
          if (/^delimiter\s+;\s*$/i.test(line)) mode = 'start';
        });
      case 'statement': {
        const end = skipper.feed(chunk, at);
        if (end >= 0) mode = 'start';
        return end < 0 ? chunk.length : end;
      }
    }
  }

  function readStart(chunk: Buffer, at: number): number {
    let next = at;
    while (next < chunk.length && isSpace(chunk[next])) next += 1;
    if (next === chunk.length) return next;
    statementStart = rawBytes + next;
    completed = false;
    word = '';
    mode = 'word';
    return next;
  }

  /** What stands first says what a statement is: a word, or the first signs of a comment. */
  function readWord(chunk: Buffer, at: number): number {
    for (let next = at; next < chunk.length; next += 1) {
      const sign = String.fromCharCode(chunk[next] ?? 0);
      if (word.length < LONGEST_OPENING && OPENING.test(word + sign)) {
        word += sign;
        continue;
      }
      begin(chunk[next] ?? 0);
      return next;
    }
    return chunk.length;
  }

  function begin(next: number): void {
    const opening = word.toUpperCase();
    line = word;
    if (opening === 'INSERT' || opening === 'REPLACE' || opening === 'USE') {
      mode = opening === 'USE' ? 'use' : 'insert';
      head = statementHead();
    } else if (opening === 'DELIMITER') mode = 'delimited';
    else if (opening === '--' || opening === '#' || isSandboxLine(opening, next)) mode = 'comment';
    else {
      mode = 'statement';
      skipper.begin(word);
    }
  }

  function readHead(chunk: Buffer, at: number): number {
    const end = head.feed(chunk, at);
    if (end < 0) return chunk.length;
    if (mode === 'use') {
      schema = head.name()?.last ?? schema;
      mode = 'start';
    } else if (head.endedAtValues) {
      beginRows();
    } else mode = 'start';
    return end;
  }

  function beginRows(): void {
    const name = head.name();
    const owner = name?.first ?? schema;
    const table = name?.last ?? '';
    if (section === undefined || section.table !== table || section.schema !== owner) {
      section = { schema: owner, table, start: statementStart, end: statementStart, rows: 0 };
      sections.push(section);
    }
    rows.begin();
    mode = 'rows';
  }

  function readRows(chunk: Buffer, at: number): number {
    const end = rows.feed(chunk, at);
    const reached = end < 0 ? chunk.length : end;
    if (section !== undefined) {
      section.rows += rows.take();
      section.end = rawBytes + reached;
    }
    if (end < 0) return reached;
    largestInsertBytes = Math.max(largestInsertBytes, rawBytes + reached - statementStart);
    mode = 'start';
    if (!rows.endedWell) {
      mode = 'statement';
      skipper.begin('');
    }
    return reached;
  }

  /** Goes to the end of the line; keeps only its first bytes. */
  function readLine(chunk: Buffer, at: number, then: () => void): number {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline < 0 ? chunk.length : newline;
    if (line.length < LINE_KEPT) line += chunk.toString('latin1', at, Math.min(end, at + LINE_KEPT));
    if (newline < 0) return end;
    then();
    line = '';
    return end + 1;
  }
}

/** `` `schema`.`table` `` with backticks doubled, or `` `table` `` when the schema is not known. */
export function tableKey(schema: string | undefined, table: string): string {
  const quoted = (name: string) => `\`${name.replaceAll('`', '``')}\``;
  return schema === undefined ? quoted(table) : `${quoted(schema)}.${quoted(table)}`;
}

// MariaDB's first line, a command to its client that no semicolon ends: /*M!999999\- enable the sandbox mode */
function isSandboxLine(opening: string, next: number): boolean {
  return /^\/\*M?!999999$/.test(opening) && next === BACKSLASH;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const LINE_KEPT = 64;
// A word, or the first signs of a comment up to its version number.
const OPENING = /^(?:[a-z_]+|--?|#|\/|\/\*|\/\*M?!?[0-9]*)$/i;
const LONGEST_OPENING = 12;
