import { quoteTable } from '../../../domain/manifest.ts';
import { formatCount } from '../../../domain/measures.ts';
import { rowHash } from '../../../domain/table-swap/row-hash.ts';
import type { TableComparison } from '../../../domain/table-swap/table-comparison.ts';
import type { ComparisonOptions } from '../../../ports/tables.ts';
import type { Session } from '../connection.ts';
import type { Compared } from './compared.ts';

/** The server sorts the sums of all rows at once: more than this is asked too much of one that serves. */
const mostRows = 2_000_000;

/** For tables without a key that tells rows apart: how often each row is here, and how often there. */
export async function compareByRows(
  session: Session,
  { recovered, live, columns }: Compared,
  { signal }: Pick<ComparisonOptions, 'signal'>,
): Promise<TableComparison> {
  const rows = recovered.rows + live.rows;
  if (rows > mostRows) {
    const why = `they have no key in common that tells rows apart, and ${formatCount(rows)} rows are too many to compare without.`;
    return { kind: 'not-compared', why };
  }
  signal.throwIfAborted();
  const hashes = (table: typeof live, here: number) =>
    `SELECT ${rowHash(columns, 't')} AS hash, ${here} AS here, ${1 - here} AS there FROM ${quoteTable(table)} t`;
  const [found] = await session.query<Record<'recovered' | 'live' | 'more' | 'less', string | number | null>>(
    `SELECT SUM(here) AS recovered, SUM(there) AS live, SUM(GREATEST(here - there, 0)) AS more, SUM(GREATEST(there - here, 0)) AS less
       FROM (SELECT hash, CAST(SUM(here) AS SIGNED) AS here, CAST(SUM(there) AS SIGNED) AS there
               FROM (${hashes(recovered, 1)} UNION ALL ${hashes(live, 0)}) every GROUP BY hash) counted`,
  );
  const count = (what: 'recovered' | 'live' | 'more' | 'less') => Number(found?.[what] ?? 0);
  return {
    kind: 'compared',
    by: 'rows',
    recovered: count('recovered'),
    live: count('live'),
    onlyRecovered: { rows: count('more'), sample: [] },
    onlyLive: { rows: count('less'), sample: [] },
    changed: { rows: 0, sample: [] },
    columnsOnlyRecovered: [],
    columnsOnlyLive: [],
  };
}
