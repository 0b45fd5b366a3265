import { executableComment, readTokens } from '../sql/tokens.ts';
import type { RowVerb } from './logged-rows.ts';

/** What somebody looks for in the binlogs. */
export interface StatementPattern {
  /** Whether a statement is, or holds, what is looked for. `schema` is the one that it was run in. */
  matchesStatement(sql: string, schema: string): boolean;
  /** Whether rows that changed are what a statement of that form would have changed; its conditions cannot be known. */
  matchesRows(verb: RowVerb, table: { readonly schema: string; readonly name: string }): boolean;
}

/**
 * Compares word by word: case, white space, comments, quotes around names, `IF EXISTS` and the word TABLE behind TRUNCATE do not count.
 * A table may be named with its schema or without. Undefined where there is nothing to look for.
 */
export function statementPattern(typed: string): StatementPattern | undefined {
  const wanted = plainWords(typed);
  if (wanted.length === 0) return undefined;
  const { bare, qualifiers } = withoutSchemas(wanted);
  const isOfSchemas = (schema: string) => qualifiers.every((one) => one === schema.toLowerCase());
  const wantedRows = rowsPart(bare);
  return {
    matchesStatement(sql, schema) {
      return formsOf(plainWords(sql)).some((words) => {
        if (holds(words, wanted)) return true;
        const plain = withoutSchemas(words);
        const own = plain.qualifiers.length > 0 ? plain.qualifiers : [schema.toLowerCase()];
        return holds(plain.bare, bare) && qualifiers.every((one) => own.includes(one));
      });
    },
    matchesRows(verb, { schema, name }) {
      const form = [...verbWords[verb], name.toLowerCase()];
      return isOfSchemas(schema) && wantedRows.length > 0 && (holds(form, wantedRows) || holds(wantedRows, form));
    },
  };
}

const verbWords: Record<RowVerb, readonly string[]> = {
  INSERT: ['insert', 'into'],
  UPDATE: ['update'],
  DELETE: ['delete', 'from'],
};

/** Lower-case words, each of them one name, value or sign. */
function plainWords(sql: string): string[] {
  const words = readTokens(sql)
    .filter(({ text }) => text !== executableComment && text !== ';')
    .map(({ text }) => text.toLowerCase());
  return words.filter((_, index) => !isNoise(words, index));
}

function isNoise(words: readonly string[], index: number): boolean {
  const word = words[index];
  if (word === 'if')
    return words[index + 1] === 'exists' || (words[index + 1] === 'not' && words[index + 2] === 'exists');
  if (word === 'not') return words[index - 1] === 'if' && words[index + 1] === 'exists';
  if (word === 'exists') return words[index - 1] === 'if' || (words[index - 1] === 'not' && words[index - 2] === 'if');
  return word === 'table' && words[index - 1] === 'truncate';
}

/** `shop . users` is `users`, of `shop`. */
function withoutSchemas(words: readonly string[]): { bare: string[]; qualifiers: string[] } {
  const bare: string[] = [];
  const qualifiers: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (words[index + 1] === '.' && index + 2 < words.length) {
      qualifiers.push(word);
      index += 1;
    } else bare.push(word);
  }
  return { bare, qualifiers };
}

/** `DROP TABLE a, b` drops b as well. */
function formsOf(words: string[]): string[][] {
  const kind = words.indexOf('table') >= 0 ? words.indexOf('table') : words.indexOf('view');
  if (words[0] !== 'drop' || kind < 0 || !words.includes(',')) return [words];
  const head = words.slice(0, kind + 1);
  const names: string[][] = [[]];
  for (const word of words.slice(kind + 1)) {
    if (word === ',') names.push([]);
    else names.at(-1)?.push(word);
  }
  return [words, ...names.map((name) => [...head, ...name])];
}

/** What stands before conditions and values: the verb and the table. */
function rowsPart(words: readonly string[]): string[] {
  const end = words.findIndex((word) => ['where', 'set', 'values', 'value', '(', 'limit', 'select'].includes(word));
  return words.slice(0, end < 0 ? words.length : end);
}

/** Whether the words stand in there, one behind the other. */
function holds(words: readonly string[], wanted: readonly string[]): boolean {
  for (let start = 0; start + wanted.length <= words.length; start += 1) {
    if (wanted.every((word, index) => words[start + index] === word)) return true;
  }
  return false;
}
