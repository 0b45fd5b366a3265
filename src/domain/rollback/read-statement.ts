import { executableComment, readTokens, type SqlToken } from '../sql/tokens.ts';
import { destroysWords } from './destroys.ts';
import { refusedStatement } from './refused-statement.ts';
import type { ScriptStatement } from './split-script.ts';
import { follows, namesFrom, type WrittenName, wordOf } from './statement-words.ts';

/** A statement of a rollback script, and what has to be known to run it safely. */
export interface ReadStatement extends ScriptStatement {
  readonly kind: StatementKind;
  /** What of the data goes with it, for people; undefined where nothing does. */
  readonly destroys?: string;
  readonly again: Again;
}

/**
 * `session` holds for the session alone and is said again when the script goes on later. `data` is undone when it is cut off; `begin` and `commit` make
 * one of several. What `definition` changes stays, as does `other`.
 */
export type StatementKind = 'session' | 'data' | 'begin' | 'commit' | 'definition' | 'other';

/** What to do with one that was under way when everything was cut off, so that nobody knows whether it ran. */
export type Again =
  /** Twice does no harm. */
  | { readonly kind: 'repeat' }
  /** It ran if the table is made otherwise than before it began. */
  | { readonly kind: 'compare'; readonly table: WrittenName }
  /** It ran if the server says one of these. */
  | { readonly kind: 'try'; readonly errors: readonly number[] }
  /** People have to look. */
  | { readonly kind: 'ask' };

export type StatementRead =
  | { readonly kind: 'read'; readonly statement: ReadStatement }
  | { readonly kind: 'refused'; readonly why: string };

/** Decides by its words what a statement is. What is not known to be safe is not run. */
export function readStatement(statement: ScriptStatement): StatementRead {
  const tokens = readTokens(statement.sql).filter(({ text }) => text !== executableComment);
  const why = refusedStatement(tokens, statement.sql);
  if (why !== undefined) return { kind: 'refused', why };
  const destroys = destroysWords(tokens);
  const known = { ...statement, ...judged(tokens), ...(destroys !== undefined && { destroys }) };
  return { kind: 'read', statement: known };
}

function judged(tokens: readonly SqlToken[]): Pick<ReadStatement, 'kind' | 'again'> {
  const [first = '', second = ''] = tokens.map(wordOf);
  const safe = tokens.some(
    (_, index) => follows(tokens, index, ['IF', 'EXISTS']) || follows(tokens, index, ['IF', 'NOT', 'EXISTS']),
  );
  const repeat = { kind: 'repeat' } as const;
  switch (first) {
    case 'USE':
    case 'SET':
      return { kind: 'session', again: repeat };
    case 'START':
    case 'BEGIN':
      return { kind: 'begin', again: repeat };
    case 'COMMIT':
      return { kind: 'commit', again: repeat };
    case 'CREATE':
      if (safe || second === 'OR') return { kind: 'definition', again: repeat };
      return { kind: 'definition', again: { kind: 'try', errors: existsAlready } };
    case 'DROP':
      return { kind: 'definition', again: safe ? repeat : { kind: 'try', errors: existsNoMore } };
    case 'RENAME':
      // Two names that are exchanged twice are as they were.
      if (tokens.some(({ text }) => text === ',')) return { kind: 'definition', again: { kind: 'ask' } };
      return { kind: 'definition', again: { kind: 'try', errors: [...existsNoMore, ...existsAlready] } };
    case 'TRUNCATE':
      return { kind: 'definition', again: { kind: 'ask' } };
    case 'ALTER':
      return { kind: 'definition', again: alteredAgain(tokens) };
    case 'GRANT':
    case 'ANALYZE':
    case 'OPTIMIZE':
    case 'CHECK':
    case 'REPAIR':
      return { kind: 'other', again: repeat };
    case 'REVOKE':
      return { kind: 'other', again: { kind: 'try', errors: [1141, 1147, 1403] } };
    case 'CALL':
      return { kind: 'other', again: { kind: 'ask' } };
    default:
      return { kind: 'data', again: repeat };
  }
}

/** Table, database, routine, trigger, event, key, sequence. */
const existsAlready: readonly number[] = [1050, 1007, 1304, 1359, 1537, 1061];
const existsNoMore: readonly number[] = [1051, 1008, 1305, 1360, 1539, 1091, 1146, 4091, 4092];

function alteredAgain(tokens: readonly SqlToken[]): Again {
  const at = tokens.findIndex((token) => wordOf(token) === 'TABLE');
  if (at < 0 || at > 3) return { kind: 'repeat' };
  const [one] = namesFrom(tokens, at + 1);
  return one ? { kind: 'compare', table: one } : { kind: 'ask' };
}
