/** A piece of SQL. `text` of a name or a text is what stands between its quotes, as it stands there. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol';
  readonly text: string;
}

/** What opens a comment that servers execute; given as a symbol, so that whoever must not miss it sees it. */
export const executableComment = '/*!';

/** Takes SQL of MySQL or MariaDB apart. Comments are passed over, but what servers execute in them is read. Never fails: what is cut off ends where it ends. */
export function readTokens(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  const give = (kind: SqlToken['kind'], text: string) => void tokens.push({ kind, text });
  piece.lastIndex = 0;
  for (let found = piece.exec(sql); found; found = piece.exec(sql)) {
    const { name, single, double, number, word, executable, symbol } = found.groups ?? {};
    if (executable !== undefined) give('symbol', executableComment);
    else if (name !== undefined) give('name', name.replaceAll('``', '`'));
    else if (single !== undefined || double !== undefined) give('text', single ?? double ?? '');
    else if (number !== undefined) give('number', number);
    else if (word !== undefined) give('word', word);
    else if (symbol !== undefined) give('symbol', symbol);
  }
  return tokens;
}

/** The same statement with its values left out: what may be shown of it, whoever looks. */
export function maskLiterals(sql: string): string {
  let text = '';
  let before: SqlToken | undefined;
  for (const token of readTokens(sql)) {
    if (token.text === executableComment) continue;
    const isValue = token.kind === 'text' || token.kind === 'number';
    const written = isValue ? '?' : token.kind === 'name' ? `\`${token.text}\`` : token.text;
    const isTight = before === undefined || /^[.,;)]$/.test(written) || /[.(@]$/.test(before.text) || written === '(';
    text += isTight ? written : ` ${written}`;
    before = token;
  }
  // A list of values says nothing that one of them does not.
  return text.replaceAll(/\?(?:, \?)+/g, '?, …').replaceAll(/(\([?, …]*\))(?:, ?\([?, …]*\))+/g, '$1, …');
}

/** In this order: whitespace and plain comments, what is quoted, numbers that begin no name, words, anything else. */
const piece = new RegExp(
  [
    '\\s+',
    '(?:--(?=\\s|$)|#)[^\\n]*',
    '(?<executable>/\\*M?!\\d*)',
    '/\\*[\\s\\S]*?(?:\\*/|$)',
    '\\*/',
    '`(?<name>(?:[^`]|``)*)(?:`|$)',
    "'(?<single>(?:[^'\\\\]|''|\\\\[\\s\\S])*)(?:'|$)",
    '"(?<double>(?:[^"\\\\]|""|\\\\[\\s\\S])*)(?:"|$)',
    '(?<number>(?:0x[0-9a-f]+|0b[01]+|\\d*\\.?\\d+(?:e[+-]?\\d+)?|\\d+\\.)(?![\\w$\\u0080-\\uffff]))',
    '(?<word>[\\w$\\u0080-\\uffff]+)',
    '(?<symbol>[\\s\\S])',
  ].join('|'),
  'giy',
);
