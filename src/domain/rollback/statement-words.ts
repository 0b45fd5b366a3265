import type { TableName } from '../manifest.ts';
import type { SqlToken } from '../sql/tokens.ts';

/** A name as a statement has it: without a schema it is of the one in use. */
export type WrittenName = Pick<TableName, 'name'> & Partial<TableName>;

/** The names of a list that begins here, `a.b, c`, behind IF EXISTS and the like. */
export function namesFrom(tokens: readonly SqlToken[], start: number): WrittenName[] {
  const names: WrittenName[] = [];
  let at = start;
  while (['IF', 'NOT', 'EXISTS', 'IGNORE', 'TABLE', 'TABLES'].includes(wordOf(tokens[at]))) at += 1;
  for (;;) {
    const first = nameAt(tokens, at);
    if (first === undefined) return names;
    const isQualified = tokens[at + 1]?.text === '.';
    const second = isQualified ? nameAt(tokens, at + 2) : undefined;
    names.push(second === undefined ? { name: first } : { schema: first, name: second });
    at += isQualified ? 3 : 1;
    if (tokens[at]?.text !== ',') return names;
    at += 1;
  }
}

function nameAt(tokens: readonly SqlToken[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === 'name' || token?.kind === 'word' ? token.text : undefined;
}

/** A word in capitals; empty where it is none, or stands in quotes. */
export function wordOf(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** Whether these words stand one behind the other from here on. */
export function follows(tokens: readonly SqlToken[], at: number, words: readonly string[]): boolean {
  return words.every((word, index) => wordOf(tokens[at + index]) === word);
}
