import type { PlannedPart } from '../../domain/dump-layout.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import type { PartRowCounts } from '../../domain/manifest-parts.ts';
import type { Session } from './connection.ts';

/** Counts exactly, in the session's own snapshot, what each data part must hold. */
export async function countRows(
  session: Session,
  parts: readonly PlannedPart[],
  /** What a table's name is followed by when its history is in the dump. */
  clauseOf: (table: TableName) => string = () => '',
): Promise<PartRowCounts[]> {
  const counts: PartRowCounts[] = [];
  for (const part of parts) {
    if (part.role !== 'data') continue;
    const rows: number[] = [];
    for (const table of part.tables) {
      const where = table.range === undefined ? '' : ` WHERE ${table.range}`;
      const [row] = await session.query<{ n: string | number }>(
        `SELECT COUNT(*) AS n FROM ${quoteTable(table)}${clauseOf(table)}${where}`,
      );
      rows.push(Number(row?.n));
    }
    counts.push({ part: part.name, rows });
  }
  return counts;
}
