import type { DumpLayout } from './dump-layout.ts';
import type { Inventory } from './inventory.ts';
import type { Manifest, ManifestPart, TableChecksum, TableName } from './manifest.ts';

/** What storing a part taught. */
export interface StoredPart {
  readonly name: string;
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** Of the stored bytes, hex. */
  readonly sha256: string;
}

/** Exact rows of a part's tables, in the layout's order. */
export interface PartRowCounts {
  readonly part: string;
  readonly rows: readonly number[];
}

/** The manifest's parts, in restore order, from what was planned, stored and counted. */
export function describeParts(
  layout: DumpLayout,
  stored: readonly StoredPart[],
  counts: readonly PartRowCounts[],
  inventory: Pick<Inventory, 'tables'>,
): ManifestPart[] {
  const inexact = new Set(inventory.tables.filter((table) => !table.transactional).map(key));
  const storedOf = new Map(stored.map((part) => [part.name, part]));
  const countsOf = new Map(counts.map((count) => [count.part, count.rows]));
  return layout.parts.map((planned) => {
    const part = storedOf.get(planned.name);
    if (!part) throw new Error(`${planned.name} was planned but not stored`);
    const rows = countsOf.get(planned.name) ?? [];
    const { name, rawBytes, storedBytes, sha256 } = part;
    const tables = planned.tables.map((table, index) => ({
      ...table,
      rows: rows[index] ?? 0,
      ...(inexact.has(key(table)) && { exact: false as const }),
    }));
    return { name, role: planned.role, format: 'sql', encoding: 'zstd', tables, rawBytes, storedBytes, sha256 };
  });
}

/** Every table with its exact rows, summed over the parts that hold its ranges. */
export function tableRows(
  inventory: Inventory,
  layout: DumpLayout,
  counts: readonly PartRowCounts[],
  checksums: readonly TableChecksum[] = [],
): Manifest['tables'] {
  const checksumOf = new Map(checksums.map((table) => [key(table), table.checksum]));
  const rowsOf = new Map<string, number>();
  const countsOf = new Map(counts.map((count) => [count.part, count.rows]));
  for (const part of layout.parts) {
    for (const [index, table] of part.tables.entries()) {
      const rows = countsOf.get(part.name)?.[index] ?? 0;
      rowsOf.set(key(table), (rowsOf.get(key(table)) ?? 0) + rows);
    }
  }
  return inventory.tables.map((table) => ({
    schema: table.schema,
    name: table.name,
    engine: table.engine,
    rows: rowsOf.get(key(table)) ?? 0,
    transactional: table.transactional,
    bytes: table.bytes,
    ...(checksumOf.has(key(table)) && { checksum: checksumOf.get(key(table)) }),
  }));
}

export function objectCounts(inventory: Inventory, accounts: number, brokenViews = 0): Manifest['objects'] {
  return {
    schemas: inventory.schemas.length,
    tables: inventory.tables.length,
    sequences: inventory.sequences.length,
    views: inventory.views.length,
    procedures: inventory.procedures.length,
    functions: inventory.functions.length,
    ...(inventory.libraries && { libraries: inventory.libraries.length }),
    triggers: inventory.triggers.length,
    events: inventory.events.length,
    accounts,
    ...(brokenViews > 0 && { brokenViews }),
  };
}

function key({ schema, name }: TableName): string {
  return JSON.stringify([schema, name]);
}
