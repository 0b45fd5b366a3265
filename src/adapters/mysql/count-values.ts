import { quoteName, quoteTable, type TableName } from '../../domain/manifest.ts';
import type { Session } from './connection.ts';

/** One pass over the table. */
export async function countValues(
  session: Session,
  table: TableName,
  columns: readonly string[],
): Promise<{ rows: number; values: number[] }> {
  const counts = columns.map((column, index) => `, COUNT(${quoteName(column)}) AS c${index}`).join('');
  const [row] = await session.query<Record<string, string | number>>(
    `SELECT COUNT(*) AS n${counts} FROM ${quoteTable(table)}`,
  );
  return { rows: Number(row?.n), values: columns.map((_, index) => Number(row?.[`c${index}`])) };
}
