import type { PartRole } from '../manifest.ts';
import { unquoteName } from '../manifest.ts';
import type { SchemaObjectKind } from './schema-change.ts';
import { splitDump } from './split-dump.ts';

/** One object of a structure in normal form: what does not belong to it (counters, dates, the order of keys) is left out. */
export interface SchemaObject {
  readonly kind: SchemaObjectKind;
  readonly schema: string;
  /** Empty for a schema itself. */
  readonly name: string;
  readonly lines: readonly string[];
}

/** The parts of a backup that say how things are made, not what is in them. */
export const structureRoles: readonly PartRole[] = ['structure', 'routines', 'views', 'triggers', 'events'];

/** Reads every object out of parts as mysqldump (and Tidemark, for views) wrote them. */
export function readSchemaObjects(parts: readonly string[]): SchemaObject[] {
  const found = new Map<string, SchemaObject>();
  for (const part of parts) {
    let schema = '';
    let settings: string[] = [];
    for (const statement of splitDump(part)) {
      const used = USE.exec(statement)?.[1];
      if (used !== undefined) schema = unquoteName(used);
      const setting = SETTING.exec(statement);
      if (setting) settings.push(`${setting[1]} = ${setting[2]}`);
      const object = readObject(statement, schema, settings);
      if (!object) continue;
      settings = [];
      // Of a view the placeholder comes first, the view itself later.
      found.set(JSON.stringify([object.kind, object.schema, object.name]), object);
    }
  }
  return [...found.values()];
}

function readObject(statement: string, schema: string, settings: readonly string[]): SchemaObject | undefined {
  const database = DATABASE.exec(statement);
  if (database)
    return { kind: 'schema', schema: unquoteName(database[1] ?? ''), name: '', lines: plainLines(statement) };
  const table = TABLE.exec(statement);
  if (table) return { kind: 'table', schema, name: unquoteName(table[1] ?? ''), lines: tableLines(statement) };
  const sequence = SEQUENCE.exec(statement);
  if (sequence) return { kind: 'sequence', schema, name: unquoteName(sequence[1] ?? ''), lines: plainLines(statement) };
  const view = VIEW.exec(statement) ?? BROKEN_VIEW.exec(statement);
  if (view) {
    const [, of = '', name = ''] = view;
    // MySQL puts its own schema before a view's columns in one session and leaves it out in the next.
    const lines = [...settings, ...plainLines(statement.replaceAll(`${of}.`, ''))];
    return { kind: 'view', schema: unquoteName(of), name: unquoteName(name), lines };
  }
  const stored = STORED.exec(statement);
  if (!stored) return undefined;
  const kind = stored[1]?.toLowerCase() as 'procedure' | 'function' | 'trigger' | 'event';
  return { kind, schema, name: unquoteName(stored[2] ?? ''), lines: [...settings, ...plainLines(statement)] };
}

function plainLines(statement: string): string[] {
  return statement.split('\n').map((line) => line.trimEnd());
}

/** A column's place counts, a key's does not. */
function tableLines(statement: string): string[] {
  const lines = plainLines(statement).map((line) => line.replace(/,$/, ''));
  const end = lines.findIndex((line) => line.startsWith(')'));
  const [head, body, rest] = [lines.slice(0, 1), lines.slice(1, end), lines.slice(end)];
  const columns = body.filter((line) => /^\s*`/.test(line));
  const keys = body.filter((line) => !/^\s*`/.test(line)).sort();
  return [...head, ...columns, ...keys, ...rest.map((line) => line.replace(/ AUTO_INCREMENT=\d+/, ''))];
}

const NAME = '`(?:[^`]|``)+`';
const USE = new RegExp(`^USE (${NAME})$`);
/** What an object was made under, and runs under. */
const SETTING =
  /^(?:\/\*!\d+ )?SET (sql_mode|character_set_client|collation_connection|time_zone)\s*= ([^@]*?)\s*(?:\*\/)?$/i;
const DATABASE = new RegExp(`^CREATE DATABASE (?:/\\*!\\d+ IF NOT EXISTS\\*/ |IF NOT EXISTS )?(${NAME})`);
const TABLE = new RegExp(`^(?:/\\*!\\d+ )?CREATE TABLE (${NAME})`);
const SEQUENCE = new RegExp(`^CREATE SEQUENCE (${NAME})`);
const VIEW = new RegExp(`^CREATE OR REPLACE (?:(?!\\sVIEW\\s)[\\s\\S])*?\\s?VIEW (${NAME})\\.(${NAME}) AS `);
const BROKEN_VIEW = new RegExp(`^-- (${NAME})\\.(${NAME}) was broken in the source`);
/** `CREATE DEFINER=… PROCEDURE p`, or the same in pieces, each in a comment for servers of some version. */
const STORED = new RegExp(
  `^(?:/\\*!\\d+ )?CREATE(?:\\*/)?\\s(?:(?:/\\*!\\d+ )?(?:OR REPLACE|AGGREGATE|DEFINER=${NAME}(?:@${NAME})?)(?:\\*/)?\\s)*(?:/\\*!\\d+ )?(PROCEDURE|FUNCTION|TRIGGER|EVENT) (?:IF NOT EXISTS )?(${NAME})`,
);
