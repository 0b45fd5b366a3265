import { type PartRole, unquoteName } from '../manifest.ts';
import { readCreateHead } from './read-create-head.ts';
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

export interface ReadObjects {
  readonly objects: readonly SchemaObject[];
  /** The heads of CREATE statements that make nobody knows what. Whoever goes on with the rest has missed something. */
  readonly unreadable: readonly string[];
}

/** The parts of a backup that say how things are made, not what is in them. */
export const structureRoles: readonly PartRole[] = ['structure', 'routines', 'views', 'triggers', 'events'];

/** Reads every object out of parts as mysqldump (and Tidemark, for views) wrote them. */
export function readSchemaObjects(parts: readonly string[]): ReadObjects {
  const found = new Map<string, SchemaObject>();
  const unreadable: string[] = [];
  for (const part of parts) {
    let schema = '';
    let settings: string[] = [];
    for (const statement of splitDump(part)) {
      const used = USE.exec(statement)?.[1];
      if (used !== undefined) schema = unquoteName(used);
      const setting = SETTING.exec(statement);
      if (setting) settings.push(`${setting[1]} = ${setting[2]}`);
      const object = readObject(statement, schema, settings);
      if (object === 'unreadable') unreadable.push(statement.replace(/\s+/g, ' ').slice(0, 120));
      if (typeof object === 'string') continue;
      settings = [];
      // Of a view the placeholder comes first, the view itself later.
      found.set(JSON.stringify([object.kind, object.schema, object.name]), object);
    }
  }
  return { objects: [...found.values()], unreadable };
}

function readObject(
  statement: string,
  used: string,
  settings: readonly string[],
): SchemaObject | 'other' | 'unreadable' {
  const broken = BROKEN_VIEW.exec(statement);
  if (broken) return viewOf(statement, unquoteName(broken[1] ?? ''), unquoteName(broken[2] ?? ''), settings);
  const head = readCreateHead(statement);
  if (typeof head === 'string') return head;
  const { kind, schema = used, name } = head;
  switch (kind) {
    case 'schema':
      return { kind, schema: name, name: '', lines: plainLines(statement) };
    case 'table':
      // mysqldump's stand-in for a view, where it could not be told to leave the view out.
      return head.conditional ? 'other' : { kind, schema, name, lines: tableLines(statement) };
    case 'view':
      // Those that name their schema are Tidemark's; the others mysqldump's, beside them.
      return head.schema === undefined ? 'other' : viewOf(statement, schema, name, settings);
    case 'sequence':
      return { kind, schema, name, lines: plainLines(statement) };
    default:
      return { kind, schema, name, lines: [...settings, ...plainLines(statement)] };
  }
}

/** MySQL puts its own schema before a view's columns in one session and leaves it out in the next. */
function viewOf(statement: string, schema: string, name: string, settings: readonly string[]): SchemaObject {
  const prefixes = [`\`${schema.replaceAll('`', '``')}\`.`, `"${schema.replaceAll('"', '""')}".`];
  const plain = prefixes.reduce((text, prefix) => text.replaceAll(prefix, ''), statement);
  return { kind: 'view', schema, name, lines: [...settings, ...plainLines(plain)] };
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
  /^(?:\/\*M?!\d+ )?SET (sql_mode|character_set_client|collation_connection|time_zone)\s*= ([^@]*?)\s*(?:\*\/)?$/i;
const BROKEN_VIEW = new RegExp(`^-- (${NAME})\\.(${NAME}) was broken in the source`);
