import type { TableName } from './manifest.ts';

/** What a backup's scope holds, read from the data dictionary before the dump. Sizes are the server's estimates, in bytes. */
export interface Inventory {
  readonly schemas: readonly string[];
  readonly tables: readonly InventoryTable[];
  readonly sequences: readonly TableName[];
  readonly views: readonly TableName[];
  readonly procedures: readonly TableName[];
  readonly functions: readonly TableName[];
  /** JavaScript that routines import (MySQL since 9.2); left out where there is none. */
  readonly libraries?: readonly TableName[];
  readonly triggers: readonly TableName[];
  readonly events: readonly TableName[];
}

export interface InventoryTable extends TableName {
  readonly engine: string;
  readonly transactional: boolean;
  readonly bytes: number;
  readonly estimatedRows: number;
  /** True for a table that keeps its rows' history (MariaDB). */
  readonly versioned?: true;
  /** The first column of the primary key when the table can be cut along it. */
  readonly cutColumn?: CutColumn;
}

/**
 * Names that are equal under this are one name to `--ignore-table` of the dump programs: they fold ASCII case, and join schema and
 * table by a dot. So such tables share a part, or leaving out one would silently leave out the other.
 */
export function foldedName({ schema, name }: TableName): string {
  return `${schema}.${name}`.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export interface CutColumn {
  readonly name: string;
  readonly type: 'integer' | 'text' | 'binary';
}
