/** What SHOW CREATE TABLE printed, in pieces. */
export interface CreateTable {
  /** Up to and with the parenthesis that opens the definitions: ``CREATE TABLE `t` (``. */
  readonly head: string;
  /** Columns, keys and constraints, cut at the commas that are in no name, string or inner parentheses. */
  readonly definitions: readonly string[];
  /** From the closing parenthesis on: options and partitions. */
  readonly tail: string;
}

export function splitCreateTable(createTable: string): CreateTable {
  const definitions: string[] = [];
  let depth = 0;
  let opened = 0;
  let start = 0;
  let quote = '';
  for (let at = 0; at < createTable.length; at += 1) {
    const sign = createTable.charAt(at);
    if (quote !== '') {
      if (sign === '\\' && quote === "'") at += 1;
      else if (sign === quote) quote = '';
    } else if (sign === '`' || sign === "'") {
      quote = sign;
    } else if (sign === '(') {
      depth += 1;
      if (depth > 1) continue;
      opened = at + 1;
      start = opened;
    } else if (sign === ',' && depth === 1) {
      definitions.push(createTable.slice(start, at).trim());
      start = at + 1;
    } else if (sign === ')') {
      depth -= 1;
      if (depth > 0) continue;
      definitions.push(createTable.slice(start, at).trim());
      return { head: createTable.slice(0, opened), definitions, tail: createTable.slice(at) };
    }
  }
  return { head: createTable, definitions: [], tail: '' };
}

/** What `splitCreateTable` took apart. */
export function joinCreateTable({ head, definitions, tail }: CreateTable): string {
  return `${head}\n  ${definitions.join(',\n  ')}\n${tail}`;
}
