import type { TableCut } from '../../domain/dump-layout.ts';
import type { InventoryTable } from '../../domain/inventory.ts';
import { quoteName, quoteTable } from '../../domain/manifest.ts';
import type { Session } from './connection.ts';

/**
 * Finds bounds that cut a table into about `ranges` pieces of like size along its first key column.
 * Integers are cut evenly where the optimizer's estimates agree that this is fair; everything else by walking the key.
 */
export async function findCutBounds(
  session: Session,
  table: InventoryTable,
  ranges: number,
): Promise<TableCut | undefined> {
  const column = table.cutColumn;
  if (!column) return undefined;
  const even = column.type === 'integer' ? await evenBounds(session, table, column.name, ranges) : undefined;
  const bounds = even ?? (await walkedBounds(session, table, column.name, ranges));
  return bounds.length > 0 ? { schema: table.schema, name: table.name, column: column.name, bounds } : undefined;
}

async function evenBounds(
  session: Session,
  table: InventoryTable,
  column: string,
  ranges: number,
): Promise<string[] | undefined> {
  const name = quoteName(column);
  const [edge] = await session.query<{ low: string | null; high: string | null }>(
    `SELECT CAST(MIN(${name}) AS CHAR) AS low, CAST(MAX(${name}) AS CHAR) AS high FROM ${quoteTable(table)}`,
  );
  if (!edge?.low || !edge.high) return [];
  const [low, high] = [BigInt(edge.low), BigInt(edge.high)];
  const step = (high - low + 1n) / BigInt(ranges);
  if (step < 1n) return undefined;
  const bounds = Array.from({ length: ranges - 1 }, (_, index) => low + step * BigInt(index + 1));
  return (await isFair(session, table, name, bounds)) ? bounds.map(String) : undefined;
}

/** Asks the optimizer, which looks into the index, whether some range would hold more than twice its share. */
async function isFair(session: Session, table: InventoryTable, name: string, bounds: bigint[]): Promise<boolean> {
  const edges = [undefined, ...bounds, undefined];
  const estimates: number[] = [];
  for (const [index, upper] of edges.slice(1).entries()) {
    const lower = edges[index];
    const conditions = [lower !== undefined && `${name} >= ${lower}`, upper !== undefined && `${name} < ${upper}`];
    const [row] = await session.query<{ rows: string | number }>(
      `EXPLAIN SELECT ${name} FROM ${quoteTable(table)} FORCE INDEX (PRIMARY) WHERE ${conditions.filter(Boolean).join(' AND ')}`,
    );
    estimates.push(Number(row?.rows ?? 0));
  }
  const total = estimates.reduce((sum, rows) => sum + rows, 0);
  return Math.max(...estimates) <= (2 * total) / estimates.length;
}

/** One pass over the key: from each bound to the next, so many rows further. A key value never falls into two ranges. */
async function walkedBounds(
  session: Session,
  table: InventoryTable,
  column: string,
  ranges: number,
): Promise<string[]> {
  const name = quoteName(column);
  const stride = Math.max(1, Math.floor(table.estimatedRows / ranges));
  const literal = table.cutColumn?.type === 'integer' ? `CAST(${name} AS CHAR)` : hexLiteral(name, table);
  const bounds: string[] = [];
  while (bounds.length < ranges - 1) {
    const last = bounds.at(-1);
    const [row] = await session.query<{ bound: string }>(
      `SELECT ${literal} AS bound FROM ${quoteTable(table)} ${last === undefined ? '' : `WHERE ${name} > ${last}`}
        ORDER BY ${name} LIMIT 1 OFFSET ${stride}`,
    );
    if (!row || row.bound === last) break;
    bounds.push(row.bound);
  }
  return bounds;
}

/** Survives every quoting rule between here and mysqldump's own query; `X''` is the empty string. */
function hexLiteral(name: string, table: InventoryTable): string {
  return table.cutColumn?.type === 'binary'
    ? `CONCAT("X'", HEX(${name}), "'")`
    : `CONCAT("_utf8mb4 X'", HEX(CONVERT(${name} USING utf8mb4)), "'")`;
}
