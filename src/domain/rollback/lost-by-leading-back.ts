import type { TableName } from '../manifest.ts';
import { countOf } from '../measures.ts';
import type { SchemaChange } from '../schema-diff/schema-change.ts';

/** Where data may lie that came with a change of the structure, and goes when it is led back. */
export interface AddedPlace extends TableName {
  /** Columns that came; empty where the whole table did. */
  readonly columns: readonly string[];
}

/** What came since: tables, and columns of tables that were there before. */
export function addedPlaces(changes: readonly SchemaChange[]): AddedPlace[] {
  return changes.flatMap(({ kind, what, schema, name, gone, come }) => {
    if (kind !== 'table' || what === 'removed') return [];
    if (what === 'added') return [{ schema, name, columns: [] }];
    const before = columnsOf(gone);
    const columns = columnsOf(come).filter((column) => !before.includes(column));
    return columns.length === 0 ? [] : [{ schema, name, columns }];
  });
}

/** What went since: no structure brings its rows back. */
export function removedWords(changes: readonly SchemaChange[]): string[] {
  return changes.flatMap(({ kind, what, schema, name, gone, come }) => {
    if (kind !== 'table' || what === 'added') return [];
    const mend = `restore table ${schema}.${name} brings them back`;
    if (what === 'removed') return [`the rows of ${schema}.${name}, which was dropped: ${mend}`];
    const now = columnsOf(come);
    const columns = columnsOf(gone).filter((column) => !now.includes(column));
    return columns.map((column) => `the values of ${schema}.${name}.${column}, which was dropped: ${mend}`);
  });
}

/** `office.people.phone: 3 values`, from exact counts. */
export function lostWords(
  { schema, name, columns }: AddedPlace,
  { rows, values }: { readonly rows: number; readonly values: readonly number[] },
): string[] {
  if (columns.length === 0) return [`the table ${schema}.${name}: ${countOf(rows, 'row')}`];
  return columns.map(
    (column, index) =>
      `the column ${schema}.${name}.${column}: ${countOf(values[index] ?? 0, 'value')} in ${countOf(rows, 'row')}`,
  );
}

function columnsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const quoted = /^\s*`((?:[^`]|``)+)`/.exec(line)?.[1];
    return quoted === undefined ? [] : [quoted.replaceAll('``', '`')];
  });
}
