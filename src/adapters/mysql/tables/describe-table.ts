import { Failure } from '../../../domain/failure.ts';
import { quoteTable, type TableName } from '../../../domain/manifest.ts';
import { type ForeignKey, foreignKeysOf } from '../../../domain/table-swap/constraints.ts';
import { keyTypes } from '../../../domain/table-swap/row-hash.ts';
import type { ColumnFacts, TableFacts, Trigger } from '../../../domain/table-swap/table-facts.ts';
import { definerOf } from '../../../domain/table-swap/trigger-statements.ts';
import type { Session } from '../connection.ts';

/** Reads everything that hangs on a table. Names are compared byte by byte: the data dictionary takes `Users` and `users` for one at times. */
export async function describeTable(session: Session, table: TableName): Promise<TableFacts | undefined> {
  await session.query('SET SESSION information_schema_stats_expiry = 0').catch(() => {});
  const found = await session.query<{
    name: string;
    type: string;
    engine: string | null;
    rows: string | null;
    bytes: string | null;
  }>(
    `SELECT TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, TABLE_ROWS AS \`rows\`, DATA_LENGTH + INDEX_LENGTH AS bytes
       FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?`,
    [table.schema, table.name],
  );
  const row = found.find(({ name }) => name === table.name);
  if (!row) return undefined;
  if (row.type !== 'BASE TABLE' && row.type !== 'SYSTEM VERSIONED') {
    throw new Failure('restore-failed', `${quoteTable(table)} is a ${row.type.toLowerCase()}, not a table.`, {
      hint: 'Name a table; views and sequences come with a recovery of everything.',
    });
  }
  const columns = await readColumns(session, table);
  return {
    schema: table.schema,
    name: table.name,
    createTable: await readCreateTable(session, table),
    engine: row.engine ?? 'unknown',
    versioned: row.type === 'SYSTEM VERSIONED',
    rows: Number(row.rows ?? 0),
    bytes: Number(row.bytes ?? 0),
    columns,
    key: await readKey(session, table, columns),
    triggers: await readTriggers(session, table),
    foreignKeysIn: await readForeignKeysIn(session, table),
  };
}

export async function readCreateTable(session: Session, table: TableName): Promise<string> {
  const [created] = await session.query<Record<string, string>>(`SHOW CREATE TABLE ${quoteTable(table)}`);
  return created?.['Create Table'] ?? '';
}

async function readColumns(session: Session, { schema, name }: TableName): Promise<ColumnFacts[]> {
  const rows = await session.query<{
    of: string;
    name: string;
    type: string;
    fullType: string;
    length: string | null;
    expression: string | null;
  }>(
    `SELECT TABLE_NAME AS \`of\`, COLUMN_NAME AS name, DATA_TYPE AS type, COLUMN_TYPE AS fullType,
            CHARACTER_MAXIMUM_LENGTH AS length, GENERATION_EXPRESSION AS expression
       FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`,
    [schema, name],
  );
  return rows
    .filter((row) => row.of === name)
    .map((row) => ({
      name: row.name,
      type: row.type.toLowerCase(),
      fullType: row.fullType,
      length: Number(row.length ?? 0),
      generated: row.expression !== null && row.expression !== '',
    }));
}

/** The primary key, or else the first unique key, whose columns all hold whole values that are never NULL and compare well. */
async function readKey(
  session: Session,
  { schema, name }: TableName,
  columns: readonly ColumnFacts[],
): Promise<string[] | undefined> {
  const rows = await session.query<{
    of: string;
    key: string;
    column: string | null;
    part: string | null;
    nullable: string;
  }>(
    `SELECT TABLE_NAME AS \`of\`, INDEX_NAME AS \`key\`, COLUMN_NAME AS \`column\`, SUB_PART AS part, NULLABLE AS nullable
       FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX`,
    [schema, name],
  );
  const types = new Map(columns.map((column) => [column.name, column.generated ? 'generated' : column.type]));
  const keys = new Map<string, (string | undefined)[]>();
  for (const { of, key, column, part, nullable } of rows) {
    if (of !== name) continue;
    const fits = column !== null && part === null && nullable !== 'YES' && keyTypes.has(types.get(column) ?? '');
    keys.set(key, [...(keys.get(key) ?? []), fits ? column : undefined]);
  }
  for (const columns of keys.values()) {
    const whole = columns.filter((column) => column !== undefined);
    if (whole.length === columns.length) return whole;
  }
  return undefined;
}

async function readTriggers(session: Session, { schema, name }: TableName): Promise<Trigger[]> {
  const rows = await session.query<Trigger & { of: string; account: string }>(
    `SELECT EVENT_OBJECT_TABLE AS \`of\`, TRIGGER_NAME AS name, CONCAT(ACTION_TIMING, ' ', EVENT_MANIPULATION) AS moment,
            ACTION_STATEMENT AS body, DEFINER AS account, SQL_MODE AS sqlMode, CHARACTER_SET_CLIENT AS characterSet,
            COLLATION_CONNECTION AS collation
       FROM information_schema.TRIGGERS
      WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER`,
    [schema, name],
  );
  return rows
    .filter((row) => row.of === name)
    .map(({ of: _, account, ...trigger }) => ({ ...trigger, definer: definerOf(account) }));
}

/** Of every schema; SHOW CREATE TABLE of the child says how each was written. */
async function readForeignKeysIn(session: Session, table: TableName): Promise<ForeignKey[]> {
  const rows = await session.query<TableName & { parent: string; parentSchema: string }>(
    `SELECT DISTINCT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, REFERENCED_TABLE_NAME AS parent, REFERENCED_TABLE_SCHEMA AS parentSchema
       FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ? ORDER BY 1, 2`,
    [table.schema, table.name],
  );
  const children = rows.filter(
    (row) => row.parent === table.name && !(row.schema === table.schema && row.name === table.name),
  );
  const keys: ForeignKey[] = [];
  for (const { schema, name } of children) {
    const child = { schema, name };
    const own = foreignKeysOf(await readCreateTable(session, child), child);
    keys.push(...own.filter(({ parent }) => parent.schema === table.schema && parent.name === table.name));
  }
  return keys;
}
