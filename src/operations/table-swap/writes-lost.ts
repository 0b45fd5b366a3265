import { countOf, formatCount } from '../../domain/measures.ts';
import type { TableSwap } from '../../domain/table-swap/table-swap.ts';
import type { TableWrites } from '../../ports/tables.ts';
import type { Target } from '../../ports/target.ts';

/** What turning an exchange back would lose. Where the binlog does not say, whether anything was written at all. */
export async function writesLost(
  swap: TableSwap,
  { target, owner, signal }: { target: Target; owner: string; signal: AbortSignal },
): Promise<TableWrites | { readonly kind: 'changed' | 'unchanged'; readonly why: string }> {
  const exchange = swap.steps.find((step) => step.exchanges);
  const counted: TableWrites =
    swap.place && exchange
      ? await target.tables.writesSince(
          { ...swap.place, table: swap.table, statement: exchange.forth.sql },
          owner,
          signal,
        )
      : { kind: 'unknown', why: 'the server has no binlog' };
  if (counted.kind === 'counted') return counted;
  const now = await target.tables.sumUp(swap.table);
  const same = now.checksum === swap.recovered.checksum && now.rows === swap.recovered.rows;
  return { kind: same ? 'unchanged' : 'changed', why: counted.why };
}

export function writesLostWords(writes: Awaited<ReturnType<typeof writesLost>>): string {
  switch (writes.kind) {
    case 'counted': {
      const { inserted, updated, deleted } = writes;
      if (inserted + updated + deleted === 0) return 'Nothing was written to the table since the exchange.';
      return `Turning back loses what was written since the exchange: ${countOf(inserted, 'row')} inserted, ${formatCount(updated)} updated, ${formatCount(deleted)} deleted.`;
    }
    case 'unchanged':
      return 'Nothing was written to the table since the exchange: its checksum is the same.';
    case 'changed':
      return `The table was written to since the exchange, and turning back loses that; how much is not known: ${writes.why}.`;
    case 'unknown':
      return `Whether the table was written to since the exchange is not known: ${writes.why}.`;
    default:
      return writes satisfies never;
  }
}
