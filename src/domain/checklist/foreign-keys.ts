import { quoteName, quoteTable, type TableName } from '../manifest.ts';

/** A foreign key as a server has it. Columns stand in the constraint's order, each beside the one that it points to. */
export interface ForeignKey {
  readonly name: string;
  readonly child: TableName;
  readonly parent: TableName;
  readonly columns: readonly { readonly child: string; readonly parent: string }[];
}

/** Every foreign key of these schemas, one row for each of its columns. */
export function listForeignKeys(schemas: readonly string[]): { sql: string; values: readonly unknown[] } {
  return {
    sql: `SELECT CONSTRAINT_NAME AS name, TABLE_SCHEMA AS child_schema, TABLE_NAME AS child_table, COLUMN_NAME AS child_column,
                 REFERENCED_TABLE_SCHEMA AS parent_schema, REFERENCED_TABLE_NAME AS parent_table, REFERENCED_COLUMN_NAME AS parent_column
            FROM information_schema.KEY_COLUMN_USAGE
           WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA IN (?)
           ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`,
    values: [schemas],
  };
}

/** The rows of that answer, put together. */
export function readForeignKeys(rows: readonly (readonly (string | null)[])[]): ForeignKey[] {
  const keys = new Map<string, ForeignKey & { columns: { child: string; parent: string }[] }>();
  for (const row of rows) {
    const [name = '', childSchema = '', childTable = '', child = '', parentSchema = '', parentTable = '', parent = ''] =
      row.map((value) => value ?? '');
    const id = JSON.stringify([childSchema, childTable, name]);
    const key = keys.get(id) ?? {
      name,
      child: { schema: childSchema, name: childTable },
      parent: { schema: parentSchema, name: parentTable },
      columns: [],
    };
    key.columns.push({ child, parent });
    keys.set(id, key);
  }
  return [...keys.values()];
}

/**
 * Counts the rows that point nowhere. A row with a NULL in any of the columns points to nothing and is none of them, as the server itself
 * judges. Only a number comes back.
 */
export function countOrphans({ child, parent, columns }: ForeignKey): string {
  const there = columns.map((pair) => `p.${quoteName(pair.parent)} = c.${quoteName(pair.child)}`).join(' AND ');
  const points = columns.map((pair) => `c.${quoteName(pair.child)} IS NOT NULL`).join(' AND ');
  return `SELECT COUNT(*) AS orphans FROM ${quoteTable(child)} AS c WHERE ${points} AND NOT EXISTS (SELECT 1 FROM ${quoteTable(parent)} AS p WHERE ${there})`;
}

/** `` `shop`.`lines` (order_id) → `shop`.`orders` `` */
export function foreignKeyWords({ name, child, parent, columns }: ForeignKey): string {
  return `${quoteTable(child)} (${columns.map((pair) => pair.child).join(', ')}) → ${quoteTable(parent)}, constraint ${name}`;
}
