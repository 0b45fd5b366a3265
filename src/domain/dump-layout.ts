import { foldedName, type Inventory, type InventoryTable } from './inventory.ts';
import type { PartRole, TableName } from './manifest.ts';

/** Which mysqldump makes which part, decided before anything runs. */
export interface DumpLayout {
  readonly parts: readonly PlannedPart[];
}

export interface PlannedPart {
  /** `parts/010-structure.sql.zst`: parts sort in restore order. */
  readonly name: string;
  readonly role: PartRole;
  /** For data parts, what its INSERTs hold; a cut table has its range. */
  readonly tables: readonly PlannedTable[];
  /** The server's estimate. */
  readonly estimatedBytes: number;
}

export interface PlannedTable extends TableName {
  /** A WHERE condition over the first primary-key column. */
  readonly range?: string;
}

/** A table to be cut, and the sorted bounds between its ranges, as SQL literals. */
export interface TableCut extends TableName {
  readonly column: string;
  readonly bounds: readonly string[];
}

export interface LayoutOptions {
  /** At most so many data parts. */
  readonly maximumParts: number;
  /** Below this a table or a group of tables is not worth a process of its own. */
  readonly smallestPartBytes?: number;
}

const defaultSmallestPartBytes = 32 * 1024 * 1024;

/**
 * How many ranges each big table should be cut into, so that no more than `maximumParts` data parts come out and they are of like size.
 * Tables that come out with one range stay whole.
 */
export function decideCuts(inventory: Inventory, options: LayoutOptions): Map<InventoryTable, number> {
  const { maximumParts } = options;
  const fair = fairShare(inventory, options);
  const wanted = (table: InventoryTable) => (table.cutColumn ? Math.round(table.bytes / fair) : 1);
  const largestFirst = [...inventory.tables].sort((a, b) => b.bytes - a.bytes);
  const whole = largestFirst.filter((table) => wanted(table) < 2);
  let left = whole.length > 0 ? maximumParts - 1 : maximumParts;
  const cuts = new Map<InventoryTable, number>();
  for (const table of largestFirst) {
    const ranges = Math.min(wanted(table), left);
    if (ranges < 2) continue;
    cuts.set(table, ranges);
    left -= ranges;
  }
  return cuts;
}

/** Lays out every part of a full backup: structure, data, routines, views, triggers, events, accounts, in restore order. */
export function layOutDump(
  inventory: Inventory,
  cuts: readonly TableCut[],
  options: LayoutOptions & { accounts: boolean },
): DumpLayout {
  return laidOut(inventory, layOutData(inventory, cuts, options), options);
}

/** The same without rows and without accounts: what a schema is made again from. */
export function layOutStructure(inventory: Inventory): DumpLayout {
  return laidOut(inventory, [], { accounts: false });
}

function laidOut(inventory: Inventory, data: readonly PlannedPart[], options: { accounts: boolean }): DumpLayout {
  const named = (order: string, role: PartRole): PlannedPart[] => [
    { name: `parts/${order}-${role}.sql.zst`, role, tables: [], estimatedBytes: 0 },
  ];
  const { procedures, functions, libraries = [] } = inventory;
  const routines = procedures.length + functions.length + libraries.length;
  return {
    parts: [
      ...named('010', 'structure'),
      ...data,
      ...(routines > 0 ? named('700', 'routines') : []),
      ...(inventory.views.length > 0 ? named('750', 'views') : []),
      ...(inventory.triggers.length > 0 ? named('800', 'triggers') : []),
      ...(inventory.events.length > 0 ? named('850', 'events') : []),
      ...(options.accounts ? named('900', 'accounts') : []),
    ],
  };
}

function layOutData(inventory: Inventory, cuts: readonly TableCut[], options: LayoutOptions): PlannedPart[] {
  const cutOf = new Map(cuts.map((cut) => [key(cut), cut]));
  const ranges = inventory.tables.flatMap((table) => {
    const cut = cutOf.get(key(table));
    return cut ? rangesOf(table, cut) : [];
  });
  const whole = inventory.tables.filter((table) => !cutOf.has(key(table)));
  const groups = groupTables(whole, Math.max(1, options.maximumParts - ranges.length), fairShare(inventory, options));
  return [...ranges, ...groups].map((part, index) => ({
    ...part,
    name: `parts/${100 + index}-data.sql.zst`,
    role: 'data' as const,
  }));
}

type UnnamedPart = Pick<PlannedPart, 'tables' | 'estimatedBytes'>;

/** The first and the last range are open-ended: rows outside the bounds that were seen belong to them. */
function rangesOf(table: InventoryTable, cut: TableCut): UnnamedPart[] {
  const column = `\`${cut.column.replaceAll('`', '``')}\``;
  const edges = [undefined, ...cut.bounds, undefined];
  return edges.slice(1).map((upper, index) => {
    const lower = edges[index];
    const conditions = [lower && `${column} >= ${lower}`, upper && `${column} < ${upper}`].filter(Boolean);
    const range = conditions.join(' AND ');
    return {
      tables: [{ schema: table.schema, name: table.name, ...(range && { range }) }],
      estimatedBytes: Math.round(table.bytes / (edges.length - 1)),
    };
  });
}

/** Packs whole tables into at most `maximum` parts of about `fair` bytes. Neighbours stay together: one process reads few schemas. */
function groupTables(tables: readonly InventoryTable[], maximum: number, fair: number): UnnamedPart[] {
  const groups: Group[] = [];
  for (const together of inseparable(tables)) {
    const last = groups.at(-1);
    if (last && (last.bytes + together.bytes <= fair || groups.length >= maximum)) {
      const target = groups.length >= maximum ? smallest(groups) : last;
      target.tables.push(...together.tables);
      target.bytes += together.bytes;
    } else {
      groups.push(together);
    }
  }
  return groups.map((group) => ({
    tables: group.tables.map(({ schema, name }) => ({ schema, name })),
    estimatedBytes: group.bytes,
  }));
}

interface Group {
  readonly tables: InventoryTable[];
  bytes: number;
}

/** Tables whose names the dump programs cannot tell apart, as one; all others alone. */
function inseparable(tables: readonly InventoryTable[]): Group[] {
  const groups = new Map<string, Group>();
  for (const table of tables) {
    const group = groups.get(foldedName(table)) ?? { tables: [], bytes: 0 };
    group.tables.push(table);
    group.bytes += table.bytes;
    groups.set(foldedName(table), group);
  }
  return [...groups.values()];
}

function smallest(groups: readonly Group[]): Group {
  return groups.reduce((least, group) => (group.bytes < least.bytes ? group : least));
}

function fairShare(
  inventory: Inventory,
  { maximumParts, smallestPartBytes = defaultSmallestPartBytes }: LayoutOptions,
): number {
  const total = inventory.tables.reduce((sum, table) => sum + table.bytes, 0);
  return Math.max(smallestPartBytes, total / maximumParts);
}

function key(table: TableName): string {
  return JSON.stringify([table.schema, table.name]);
}
