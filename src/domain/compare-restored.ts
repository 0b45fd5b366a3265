import type { Inventory } from './inventory.ts';
import { type Manifest, quoteTable, type TableChecksum, type TableName } from './manifest.ts';
import type { Finding } from './verification.ts';

/** What a server had after a restore. */
export interface RestoredFacts {
  readonly inventory: Inventory;
  /** Exact rows of the manifest's tables that are there. */
  readonly rows: readonly (TableName & { readonly rows: number })[];
  readonly accounts: number;
  /** Of the tables that the manifest has a checksum of. */
  readonly checksums: readonly TableChecksum[];
}

/** Everything in which what was restored is not what the manifest promises. */
export function compareRestored(
  manifest: Pick<Manifest, 'tables' | 'objects'>,
  restored: RestoredFacts,
): Pick<Finding, 'problem' | 'detail'>[] {
  const there = new Set(restored.inventory.tables.map(quoteTable));
  const promised = new Set(manifest.tables.map(quoteTable));
  const absent = manifest.tables.filter((table) => !there.has(quoteTable(table)));
  const extra = restored.inventory.tables.filter((table) => !promised.has(quoteTable(table)));
  return [
    ...absent.map((table) => objectCount(`the table ${quoteTable(table)} was not restored`)),
    ...extra.map((table) => objectCount(`the table ${quoteTable(table)} was restored and is not in the manifest`)),
    ...rowFindings(manifest, restored),
    ...checksumFindings(manifest, restored),
    ...objectFindings(manifest, restored),
  ];
}

function rowFindings(
  manifest: Pick<Manifest, 'tables'>,
  { rows }: RestoredFacts,
): Pick<Finding, 'problem' | 'detail'>[] {
  const rowsOf = new Map(rows.map((table) => [quoteTable(table), table.rows]));
  return manifest.tables.flatMap((table) => {
    const found = rowsOf.get(quoteTable(table));
    // Without transactions there was no moment at which it could have been counted and dumped.
    if (found === undefined || found === table.rows || !table.transactional) return [];
    const detail = `${quoteTable(table)} has ${found} rows restored, ${table.rows} were counted in the snapshot`;
    return [{ problem: 'row-count', detail } as const];
  });
}

function checksumFindings(
  { tables }: Pick<Manifest, 'tables'>,
  { checksums }: RestoredFacts,
): Pick<Finding, 'problem' | 'detail'>[] {
  const checksumOf = new Map(checksums.map((table) => [quoteTable(table), table.checksum]));
  return tables.flatMap((table) => {
    const found = checksumOf.get(quoteTable(table));
    if (table.checksum === undefined || found === undefined || found === table.checksum) return [];
    const detail = `the rows of ${quoteTable(table)} are not those of the snapshot: their checksum is ${found}, and was ${table.checksum}`;
    return [{ problem: 'checksum', detail } as const];
  });
}

function objectFindings(
  { objects }: Pick<Manifest, 'objects'>,
  { inventory, accounts }: RestoredFacts,
): Pick<Finding, 'problem' | 'detail'>[] {
  const kinds: [string, number, number][] = [
    ['schemas', objects.schemas, inventory.schemas.length],
    ['sequences', objects.sequences, inventory.sequences.length],
    ['views', objects.views - (objects.brokenViews ?? 0), inventory.views.length],
    ['procedures', objects.procedures, inventory.procedures.length],
    ['functions', objects.functions, inventory.functions.length],
    // Older manifests do not count them.
    ['libraries', objects.libraries ?? 0, objects.libraries === undefined ? 0 : (inventory.libraries?.length ?? 0)],
    ['triggers', objects.triggers, inventory.triggers.length],
    ['events', objects.events, inventory.events.length],
    ['accounts', objects.accounts, accounts],
  ];
  return kinds
    .filter(([, promised, found]) => promised !== found)
    .map(([kind, promised, found]) => objectCount(`${found} ${kind} were restored, ${promised} were backed up`));
}

function objectCount(detail: string): Pick<Finding, 'problem' | 'detail'> {
  return { problem: 'object-count', detail };
}
