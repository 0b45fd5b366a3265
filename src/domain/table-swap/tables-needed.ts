import { quoteTable, type TableName } from '../manifest.ts';
import type { ForeignKey } from './constraints.ts';

/**
 * The tables whose rows a roll-forward of one table needs: it, and all that it refers to, by way of others too. What a foreign key cascades
 * is in no binlog, so a row that went with its parent goes again only where that parent is.
 */
export function tablesNeeded(table: TableName, keys: readonly ForeignKey[]): TableName[] {
  const needed = new Map([[quoteTable(table), table]]);
  // What is added while it is walked is walked as well.
  for (const [child] of needed) {
    for (const { parent } of keys.filter((key) => quoteTable(key.child) === child))
      needed.set(quoteTable(parent), parent);
  }
  return [...needed.values()];
}
