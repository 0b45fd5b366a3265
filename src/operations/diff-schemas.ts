import type { CatalogEntry } from '../domain/catalog.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { compareSchemas } from '../domain/schema-diff/compare-schemas.ts';
import type { SchemaChange } from '../domain/schema-diff/schema-change.ts';
import { findStructured, readStructure } from './read-structure.ts';
import type { World } from './world.ts';

export interface DiffRequest {
  readonly principal: Principal;
  /** Backup ids, their last four characters, or `latest` for the newest schema backup. Full and schema backups can be compared with each other. */
  readonly before: string;
  readonly after: string;
  readonly source?: string;
  readonly signal?: AbortSignal;
}

export interface SchemaDiff {
  readonly kind: 'schema-diff';
  readonly before: Compared;
  readonly after: Compared;
  readonly changes: readonly SchemaChange[];
}

export type Compared = Pick<CatalogEntry, 'id' | 'source' | 'snapshotAt'>;

/** How the structures of two backups differ. Their keys are opened, which the audit log notes. Failures: those of `readStructure`. */
export async function diffSchemas(world: World, request: DiffRequest): Promise<SchemaDiff | Refusal> {
  const { principal, source, signal } = request;
  const find = (backup: string) =>
    findStructured(world, { principal, backup, kind: 'schema', ...(source && { source }) });
  // Both, before either is opened.
  const before = find(request.before);
  if (before.kind === 'refused') return before;
  const after = find(request.after);
  if (after.kind === 'refused') return after;

  const reading = { principal, purpose: 'schema comparison', ...(signal && { signal }) };
  const earlier = await readStructure(world, before.entry.id, reading);
  if (earlier.kind === 'refused') return earlier;
  const later = await readStructure(world, after.entry.id, reading);
  if (later.kind === 'refused') return later;
  const changes = compareSchemas(earlier.objects, later.objects);
  return { kind: 'schema-diff', before: compared(before.entry), after: compared(after.entry), changes };
}

function compared({ id, source, snapshotAt }: CatalogEntry): Compared {
  return { id, source, snapshotAt };
}
