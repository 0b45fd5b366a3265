import type { SchemaObjectKind } from './schema-change.ts';

/** What a CREATE makes, as far as its head tells. */
export interface CreateHead {
  readonly kind: SchemaObjectKind;
  /** Undefined where the statement leaves it to the schema in use. */
  readonly schema?: string;
  readonly name: string;
  /** All of it stands in a comment for servers of some version. */
  readonly conditional: boolean;
}

/**
 * Reads `CREATE … KIND … name` however a server or a dump program writes it: names bare, in backticks, or in quotes as under ANSI_QUOTES; with
 * a DEFINER in any form; in one piece or in pieces, each in a comment for servers of some version; with comments of whoever typed it.
 * `other` makes nothing, `unreadable` is what nobody here can name.
 */
export function readCreateHead(statement: string): CreateHead | 'other' | 'unreadable' {
  const tokens = firstTokens(statement);
  if (tokens.length === 0 || makingNothing.has(wordAt(tokens, 0))) return 'other';
  if (wordAt(tokens, 0) !== 'CREATE') return 'unreadable';
  let at = 1;
  while (!(kindWords[wordAt(tokens, at)] && tokens[at - 1]?.text !== '=')) {
    if (wordAt(tokens, at) === 'DEFINER' && tokens[at + 1]?.text === '=') at = afterAccount(tokens, at + 2);
    else if (tokens[at] && (wordAt(tokens, at) !== '' || tokens[at]?.text === '=')) at += 1;
    else return 'unreadable';
  }
  let kind = kindWords[wordAt(tokens, at)] ?? 'table';
  at += 1;
  if (kind === 'package' && wordAt(tokens, at) === 'BODY') {
    kind = 'package body';
    at += 1;
  }
  if ([0, 1, 2].map((offset) => wordAt(tokens, at + offset)).join(' ') === 'IF NOT EXISTS') at += 3;
  const first = nameIn(tokens[at]);
  if (first === undefined) return 'unreadable';
  const conditional = /^\s*\/\*/.test(statement);
  if (tokens[at + 1]?.text !== '.') return { kind, name: first, conditional };
  const second = nameIn(tokens[at + 2]);
  return second === undefined ? 'unreadable' : { kind, schema: first, name: second, conditional };
}

/** What else dump programs write around. A word that is not here may be the torn end of something. */
const makingNothing = new Set(
  ['SET', 'USE', 'DROP', 'ALTER', 'SELECT', 'DO', 'INSERT', 'LOCK', 'UNLOCK', 'FLUSH', 'COMMIT', 'START'].concat(
    'PREPARE',
    'EXECUTE',
    'DEALLOCATE',
  ),
);

const kindWords: Readonly<Record<string, SchemaObjectKind>> = {
  DATABASE: 'schema',
  SCHEMA: 'schema',
  TABLE: 'table',
  SEQUENCE: 'sequence',
  VIEW: 'view',
  PROCEDURE: 'procedure',
  FUNCTION: 'function',
  PACKAGE: 'package',
  LIBRARY: 'library',
  TRIGGER: 'trigger',
  EVENT: 'event',
};

/** Behind `root`@`%`, root@localhost, 'root'@'10.0.0.1', a role, or CURRENT_USER(). */
function afterAccount(tokens: readonly Token[], from: number): number {
  let at = from + 1;
  if (tokens[at]?.text === '(' && tokens[at + 1]?.text === ')') at += 2;
  if (tokens[at]?.text !== '@') return at;
  at += 2;
  // A host that is not quoted.
  while (tokens[at]?.text === '.') at += 2;
  return at;
}

interface Token {
  readonly text: string;
  readonly is: 'word' | 'name' | 'text' | 'sign';
}

/** More than any head has. */
const mostTokens = 60;
const TOKEN =
  /(?<space>\s+|\/\*M?!\d*|\*\/|\/\*[\s\S]*?\*\/|--[ \t][^\n]*|#[^\n]*)|(?<name>`(?:[^`]|``)+`|"(?:[^"]|"")+")|(?<text>'(?:[^'\\]|''|\\[\s\S])*')|(?<word>[\w$\u0080-\uffff]+)|(?<sign>[\s\S])/gy;

function firstTokens(statement: string): Token[] {
  const tokens: Token[] = [];
  for (const { 0: text, groups } of statement.matchAll(TOKEN)) {
    if (groups?.space !== undefined) continue;
    const is = groups?.word !== undefined ? 'word' : groups?.name !== undefined ? 'name' : undefined;
    tokens.push({ text, is: is ?? (groups?.text === undefined ? 'sign' : 'text') });
    if (tokens.length === mostTokens) break;
  }
  return tokens;
}

/** In capitals; empty where something else than a bare word stands. */
function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.is === 'word' ? token.text.toUpperCase() : '';
}

function nameIn(token: Token | undefined): string | undefined {
  if (token?.is === 'word') return token.text;
  if (token?.is !== 'name') return undefined;
  const quote = token.text[0] ?? '`';
  return token.text.slice(1, -1).replaceAll(quote + quote, quote);
}
