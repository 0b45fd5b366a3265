import { type CutColumn, foldedName, type InventoryTable } from '../../domain/inventory.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import type { Session } from './connection.ts';

interface TableRow extends TableName {
  type: string;
  engine: string | null;
  bytes: string | null;
  estimatedRows: string | null;
}

/** Every table of these schemas. What belongs together is joined here: MariaDB's own joins take `Users` and `users` for one. */
export async function readTables(session: Session, schemas: readonly string[]): Promise<InventoryTable[]> {
  // Fresh estimates: by default MySQL answers sizes that may be a day old.
  await session.query('SET SESSION information_schema_stats_expiry = 0').catch(() => {});
  const within = `TABLE_SCHEMA IN (${schemas.map(() => '?').join(', ') || 'NULL'})`;
  const found = await session.query<TableRow>(
    `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, TABLE_TYPE AS type, ENGINE AS engine, DATA_LENGTH AS bytes,
            TABLE_ROWS AS estimatedRows
       FROM information_schema.TABLES
      WHERE ${within} AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1, 2`,
    schemas,
  );
  const rows = found.filter((row) => schemas.includes(row.schema));
  const engines = await readTransactionalEngines(session);
  const keys = await readCutColumns(session, within, schemas);
  const sharing = countBy(rows.map(foldedName));
  return rows.map((row) => {
    const transactional = row.engine !== null && engines.has(row.engine);
    const cutColumn = transactional && sharing.get(foldedName(row)) === 1 ? keys.get(quoteTable(row)) : undefined;
    return {
      schema: row.schema,
      name: row.name,
      engine: row.engine ?? 'unknown',
      transactional,
      bytes: Number(row.bytes ?? 0),
      estimatedRows: Number(row.estimatedRows ?? 0),
      ...(cutColumn && { cutColumn }),
      ...(row.type === 'SYSTEM VERSIONED' && { versioned: true as const }),
    };
  });
}

async function readTransactionalEngines(session: Session): Promise<Set<string>> {
  const rows = await session.query<{ engine: string }>(
    "SELECT ENGINE AS engine FROM information_schema.ENGINES WHERE TRANSACTIONS = 'YES'",
  );
  return new Set(rows.map((row) => row.engine));
}

/** By table, the first column of its primary key, where the key holds the whole column and its type can be cut. */
async function readCutColumns(
  session: Session,
  within: string,
  schemas: readonly string[],
): Promise<Map<string, CutColumn>> {
  const types = await session.query<TableName & { column: string; type: string }>(
    `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, COLUMN_NAME AS \`column\`, DATA_TYPE AS type
       FROM information_schema.COLUMNS WHERE ${within} AND COLUMN_KEY = 'PRI'`,
    schemas,
  );
  const first = await session.query<TableName & { column: string }>(
    `SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, COLUMN_NAME AS \`column\` FROM information_schema.STATISTICS
      WHERE ${within} AND INDEX_NAME = 'PRIMARY' AND SEQ_IN_INDEX = 1 AND SUB_PART IS NULL`,
    schemas,
  );
  const typeOf = new Map(types.map((row) => [columnKey(row), cutTypes[row.type.toLowerCase()]]));
  return new Map(
    first.flatMap((row) => {
      const type = typeOf.get(columnKey(row));
      return type ? [[quoteTable(row), { name: row.column, type }]] : [];
    }),
  );
}

const cutTypes: Record<string, CutColumn['type']> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  char: 'text',
  varchar: 'text',
  binary: 'binary',
  varbinary: 'binary',
};

function columnKey(row: TableName & { column: string }): string {
  return JSON.stringify([row.schema, row.name, row.column]);
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
