import { executableComment, readTokens, type SqlToken } from '../sql/tokens.ts';

/**
 * Why a statement of the configuration is not run, as the end of a sentence; undefined where it only reads. The server is asked in a
 * transaction that can only read as well: this is the lock before that one, and the only one for files and row locks.
 */
export function whyNotReadOnly(sql: string): string | undefined {
  const tokens = withoutLastSemicolon(readTokens(sql));
  const words = tokens.map(upper);
  if (tokens.length === 0) return 'is empty: write one SELECT';
  if (tokens.some(({ text }) => text === executableComment)) return 'has an executable comment: write plain SQL';
  if (words.includes(';')) return 'holds more than one statement: write each as a query of its own';
  const verb = words.find((word) => word !== '(') ?? '';
  if (!verbs.has(verb)) return `begins with ${verb}: only SELECT, WITH, TABLE, VALUES, SHOW and DESCRIBE are run`;
  const acting = verb === 'WITH' ? actingWord(tokens) : undefined;
  if (acting !== undefined && !verbs.has(acting)) return `is a WITH that does ${acting}: only reading is allowed`;
  if (words.includes('INTO')) return 'writes what it reads INTO something: leave that out';
  if (follows(words, 'FOR', ['UPDATE', 'SHARE']) || follows(words, 'LOCK', ['IN'])) {
    return 'locks the rows that it reads: leave that out';
  }
  return undefined;
}

const verbs = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES', 'SHOW', 'DESCRIBE', 'DESC']);
const actors = new Set(['SELECT', 'TABLE', 'VALUES', 'UPDATE', 'DELETE', 'INSERT', 'REPLACE']);

/** What stands behind the common table expressions, outside of all brackets. */
function actingWord(tokens: readonly SqlToken[]): string | undefined {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    else if (depth === 0 && actors.has(upper(token))) return upper(token);
  }
  return undefined;
}

function follows(words: readonly string[], first: string, then: readonly string[]): boolean {
  return words.some((word, index) => word === first && then.includes(words[index + 1] ?? ''));
}

/** Quoted names and texts are no keywords. */
function upper({ kind, text }: SqlToken): string {
  return kind === 'word' || kind === 'symbol' ? text.toUpperCase() : '';
}

function withoutLastSemicolon(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens;
}
