import { quoteTable, type TableName } from '../manifest.ts';

export type NamedTable =
  | { readonly kind: 'found'; readonly table: TableName }
  | { readonly kind: 'unclear'; readonly tables: readonly TableName[] }
  | { readonly kind: 'unknown' };

/** The table that `alumni.users` means, or `` `with.dot`.`t` ``: as it is spelled where there is one like that, otherwise whatever the case. */
export function namedTable(text: string, known: readonly TableName[]): NamedTable {
  const spelled = (table: TableName) => [`${table.schema}.${table.name}`, quoteTable(table)];
  const exactly = known.filter((table) => spelled(table).includes(text));
  const folded = text.toLowerCase();
  const found =
    exactly.length > 0
      ? exactly
      : known.filter((table) => spelled(table).some((each) => each.toLowerCase() === folded));
  const [table, second] = found;
  if (!table) return { kind: 'unknown' };
  return second ? { kind: 'unclear', tables: found } : { kind: 'found', table };
}
