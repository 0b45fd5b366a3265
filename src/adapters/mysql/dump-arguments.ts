import type { PlannedPart } from '../../domain/dump-layout.ts';
import { foldedName, type Inventory } from '../../domain/inventory.ts';
import type { TableName } from '../../domain/manifest.ts';

/** What one mysqldump is told, beside how to log in. */
export interface DumpArguments {
  readonly flags: readonly string[];
  /** `--databases -- schema…`. */
  readonly objects: readonly string[];
  readonly ignoreTables: readonly TableName[];
}

const always = ['--no-tablespaces', '--max-allowed-packet=1G', '--default-character-set=utf8mb4', '--hex-blob'];

/** For data: rows only, from one snapshot. `--skip-add-locks` because that default serialises parallel loads of one table. */
export const dataFlags = [
  '--single-transaction',
  '--skip-add-locks',
  '--skip-disable-keys',
  '--no-create-info',
  '--no-create-db',
  '--skip-triggers',
  ...always,
];

const structureFlags: Record<'structure' | 'routines' | 'triggers' | 'events', readonly string[]> = {
  // Without DROP TABLE: what is restored over something existing should fail, not replace it.
  structure: ['--no-data', '--skip-triggers', '--skip-add-drop-table'],
  routines: ['--no-data', '--no-create-info', '--no-create-db', '--skip-triggers', '--routines'],
  triggers: ['--no-data', '--no-create-info', '--no-create-db', '--triggers'],
  events: ['--no-data', '--no-create-info', '--no-create-db', '--skip-triggers', '--events'],
};

/** Arguments for a part that mysqldump makes. Views and accounts are written by Tidemark itself. */
export function dumpArguments(part: PlannedPart, inventory: Inventory): DumpArguments {
  switch (part.role) {
    case 'data':
      return dataArguments(part, inventory);
    case 'structure':
    case 'routines':
    case 'triggers':
    case 'events':
      return {
        flags: [...structureFlags[part.role], '--skip-lock-tables', ...always],
        objects: ['--databases', '--', ...inventory.schemas],
        ignoreTables: apartFrom(inventory.tables, inventory.views),
      };
    case 'views':
    case 'accounts':
      throw new Error(`${part.role} are not dumped by mysqldump`);
  }
}

/**
 * Schemas by name, less the tables that other parts hold: so the output says itself which schema it is of.
 * A cut table is alone in its part, so its condition meets no other table.
 */
function dataArguments(part: PlannedPart, inventory: Inventory): DumpArguments {
  const schemas = [...new Set(part.tables.map((table) => table.schema))];
  const here = new Set(part.tables.map(identity));
  const elsewhere = [...inventory.tables, ...inventory.views, ...inventory.sequences].filter(
    (table) => schemas.includes(table.schema) && !here.has(identity(table)),
  );
  const range = part.tables[0]?.range;
  return {
    flags: [...dataFlags, ...(range === undefined ? [] : [`--where=${range}`])],
    objects: ['--databases', '--', ...schemas],
    ignoreTables: apartFrom(part.tables, elsewhere),
  };
}

/** Those that can be left out without leaving out any of `wanted`. What stays in the way is a view or a sequence, and brings no rows. */
function apartFrom(wanted: readonly TableName[], unwanted: readonly TableName[]): TableName[] {
  const folded = new Set(wanted.map(foldedName));
  return unwanted.filter((table) => !folded.has(foldedName(table)));
}

function identity({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}
