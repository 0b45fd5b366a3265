import type { SqlToken } from '../sql/tokens.ts';

/** Why a statement has no place in a rollback script, as a clause; undefined where it has one. Whatever is not known is refused. */
export function refusedStatement(tokens: readonly SqlToken[], sql: string): string | undefined {
  const words = tokens.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : kind === 'symbol' ? text : ''));
  const [first = '', second = ''] = words;
  if (/NO_BACKSLASH_ESCAPES/i.test(sql)) return 'it changes how texts in quotes are read';
  if (words.includes('INTO') && (words.includes('OUTFILE') || words.includes('DUMPFILE')))
    return 'it writes a file on the server';
  switch (first) {
    case 'SET':
      return refusedSetting(words);
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return refusedDefinition(words);
    case 'RENAME':
      return /^TABLES?$/.test(second) ? undefined : stranger;
    case 'BEGIN':
      return words.length === 1 || (words.length === 2 && second === 'WORK') ? undefined : hidden;
    case 'START':
      return second === 'TRANSACTION' ? undefined : stranger;
    case 'COMMIT':
      return words.length === 1 || (words.length === 2 && second === 'WORK')
        ? undefined
        : 'it leaves another transaction open';
    case 'ANALYZE':
    case 'OPTIMIZE':
    case 'CHECK':
    case 'REPAIR':
      return words.slice(1, 3).some((word) => /^TABLES?$/.test(word)) ? undefined : stranger;
    default:
      return refusals[first] ?? (known.has(first) ? undefined : stranger);
  }
}

const known = new Set(
  'USE TRUNCATE INSERT UPDATE DELETE REPLACE WITH CALL SELECT SHOW DESC DESCRIBE EXPLAIN DO VALUES TABLE GRANT REVOKE'.split(
    ' ',
  ),
);

const stranger = 'this is no part of a schema rollback';
const hidden = 'what it runs cannot be shown before it runs';
const passing = 'what it holds goes with the session when the script is cut off';
const program = 'it is a command of the mysql program, which is not run';

const refusals: Readonly<Record<string, string>> = {
  PREPARE: hidden,
  EXECUTE: hidden,
  DEALLOCATE: hidden,
  LOCK: passing,
  UNLOCK: passing,
  FLUSH: passing,
  HANDLER: passing,
  XA: passing,
  LOAD: 'the file that it reads was not shown',
  ROLLBACK: 'a step that takes itself back is none',
  SAVEPOINT: 'a step that takes itself back is none',
  PURGE: 'it breaks the chain of binlogs, by which everything is recovered',
  RESET: 'it breaks the chain of binlogs, by which everything is recovered',
  SOURCE: program,
  SYSTEM: program,
  DELIMITER: program,
  END: 'a body with semicolons needs a DELIMITER line before it',
};

function refusedSetting(words: readonly string[]): string | undefined {
  if (words.some((word) => /^(GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|ROLE|STATEMENT|RESOURCE)$/.test(word)))
    return 'it changes the server, not its schemas';
  if (words.includes('AUTOCOMMIT')) return passing;
  const named = words.find((word) => /^(SQL_LOG_BIN|GTID_\w+|BINLOG_\w+|SERVER_ID|PSEUDO_\w+)$/.test(word));
  return named === undefined ? undefined : 'it breaks the chain of binlogs, by which everything is recovered';
}

const objects = /^(TABLE|VIEW|INDEX|TRIGGER|PROCEDURE|FUNCTION|EVENT|DATABASE|SCHEMA|SEQUENCE|PACKAGE)$/;

/** The kind of object stands behind DEFINER, ALGORITHM and their like, before its name. */
function refusedDefinition(words: readonly string[]): string | undefined {
  if (words.slice(1, 4).includes('TEMPORARY')) return passing;
  const kind = words.slice(1).find((word) => objects.test(word) || others.test(word));
  return kind !== undefined && objects.test(kind) ? undefined : stranger;
}

const others = /^(USER|ROLE|SERVER|TABLESPACE|INSTANCE|LOGFILE|UNDO|RESOURCE|REFERENCE|PREPARE|LIBRARY)$/;
