import { quoteTable, type TableChecksum, type TableName } from '../../domain/manifest.ts';
import type { Session } from './connection.ts';

/** Sums each table up, row by row, as the session sees it; one that is not there is left out. */
export async function checksumTables(
  session: Session,
  tables: readonly TableName[],
  signal?: AbortSignal,
): Promise<TableChecksum[]> {
  const checksums: TableChecksum[] = [];
  for (const { schema, name } of tables) {
    signal?.throwIfAborted();
    const [row] = await session.query<{ Checksum: string | number | null }>(
      `CHECKSUM TABLE ${quoteTable({ schema, name })} EXTENDED`,
    );
    if (row?.Checksum != null) checksums.push({ schema, name, checksum: String(row.Checksum) });
  }
  return checksums;
}
