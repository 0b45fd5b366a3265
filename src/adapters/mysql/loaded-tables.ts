import { columnForInserts, type LoadedColumn } from '../../domain/load-data.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import type { LoadRowsOptions, RowsOutcome } from '../../ports/target.ts';
import type { Session } from './connection.ts';

export type ColumnsOf = ReadonlyMap<string, readonly LoadedColumn[]>;
type Suited = { readonly kind: 'suited'; readonly columnsOf: ColumnsOf };
type Unsuited = Extract<RowsOutcome, { kind: 'unsuited' }>;

/** The columns of each table of a part, by quoted name; or what speaks against LOAD DATA for this part on this server. */
export async function readLoadedTables(
  session: Session,
  { tables, binlog }: LoadRowsOptions,
): Promise<Suited | Unsuited> {
  const server = await readSettings(session);
  if (!server.localInfile) return unsuited('local_infile is off');
  if (binlog && server.binlogFormat === 'STATEMENT') return unsuited('binlog_format is STATEMENT');
  const plain = await readPlainTables(session, tables);
  const columnsOf = await readColumns(session, tables);
  for (const table of tables) {
    const name = quoteTable(table);
    if (!plain.has(name)) return unsuited(`${name} is no plain InnoDB table`);
    const columns = columnsOf.get(name) ?? [];
    const odd = columnForInserts(columns);
    if (odd) return unsuited(`${name} has the column ${odd.name}, of type ${odd.type}`);
    // Each LOAD DATA would hold that lock to its end, and the ranges of one table would wait for each other.
    if (table.range !== undefined && server.autoIncrementLock !== 2 && columns.some(({ counts }) => counts)) {
      return unsuited(`innodb_autoinc_lock_mode is ${server.autoIncrementLock}`);
    }
  }
  return { kind: 'suited', columnsOf };
}

async function readSettings(
  session: Session,
): Promise<{ localInfile: boolean; binlogFormat: string; autoIncrementLock: number }> {
  const rows = await session.query<{ Variable_name: string; Value: string }>(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('local_infile', 'binlog_format', 'innodb_autoinc_lock_mode')",
  );
  const values = new Map(rows.map((row) => [row.Variable_name, row.Value]));
  return {
    localInfile: values.get('local_infile') === 'ON',
    binlogFormat: values.get('binlog_format') ?? 'ROW',
    autoIncrementLock: Number(values.get('innodb_autoinc_lock_mode')),
  };
}

/** Quoted names of InnoDB tables without history. */
async function readPlainTables(session: Session, tables: readonly TableName[]): Promise<Set<string>> {
  const rows = await session.query<TableName>(
    `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name FROM information_schema.TABLES
      WHERE ${these(tables)} AND ENGINE = 'InnoDB' AND TABLE_TYPE = 'BASE TABLE'`,
    valuesOf(tables),
  );
  return new Set(rows.map(quoteTable));
}

async function readColumns(session: Session, tables: readonly TableName[]): Promise<Map<string, LoadedColumn[]>> {
  const rows = await session.query<
    TableName & { column: string; type: string; extra: string; expression: string | null }
  >(
    `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, COLUMN_NAME AS \`column\`, DATA_TYPE AS type, EXTRA AS extra,
            GENERATION_EXPRESSION AS expression
       FROM information_schema.COLUMNS WHERE ${these(tables)} ORDER BY ORDINAL_POSITION`,
    valuesOf(tables),
  );
  const columnsOf = new Map<string, LoadedColumn[]>();
  for (const { column, type, extra, expression, ...table } of rows) {
    const columns = columnsOf.get(quoteTable(table)) ?? [];
    columnsOf.set(quoteTable(table), columns);
    const generated = expression !== null && expression !== '';
    columns.push({ name: column, type: type.toLowerCase(), generated, counts: /auto_increment/i.test(extra) });
  }
  return columnsOf;
}

/** Finds others as well: of the same name in another schema and, on MariaDB, such as differ by case alone. */
function these(tables: readonly TableName[]): string {
  const marks = tables.map(() => '?').join(', ') || 'NULL';
  return `TABLE_SCHEMA IN (${marks}) AND TABLE_NAME IN (${marks})`;
}

function valuesOf(tables: readonly TableName[]): string[] {
  return [...tables.map(({ schema }) => schema), ...tables.map(({ name }) => name)];
}

function unsuited(why: string): Unsuited {
  return { kind: 'unsuited', why };
}
