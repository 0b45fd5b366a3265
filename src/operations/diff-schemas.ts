import type { CatalogEntry } from '../domain/catalog.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { compareSchemas } from '../domain/schema-diff/compare-schemas.ts';
import type { SchemaObject } from '../domain/schema-diff/read-schema-objects.ts';
import type { SchemaChange } from '../domain/schema-diff/schema-change.ts';
import { findBackup } from './find-backup.ts';
import { openSet } from './open-set.ts';
import { readStructure } from './read-structure.ts';
import { repositoriesNamed } from './repository-named.ts';
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

/** How the structures of two backups differ. Their keys are opened, which the audit log notes. Failures: those of `openSet` and the repository's. */
export async function diffSchemas(world: World, request: DiffRequest): Promise<SchemaDiff | Refusal> {
  const found: CatalogEntry[] = [];
  for (const backup of [request.before, request.after]) {
    const { principal, source } = request;
    const wanted = { principal, action: 'look', backup, kind: 'schema', ...(source && { source }) } as const;
    const answer = findBackup(world, wanted);
    if (answer.kind === 'refused') return answer;
    const refusal = refuseUnstructured(answer.entry);
    if (refusal) return refusal;
    found.push(answer.entry);
  }
  const [before, after] = found;
  if (!before || !after) throw new Error('Two backups were found.');
  const changes = compareSchemas(await structureOf(world, before, request), await structureOf(world, after, request));
  return { kind: 'schema-diff', before: compared(before), after: compared(after), changes };
}

function refuseUnstructured({ id, kind, shredded }: CatalogEntry): Refusal | undefined {
  if (shredded) return { kind: 'refused', reason: 'shredded', backupId: id, at: shredded.at, by: shredded.by };
  return kind === 'incremental' ? { kind: 'refused', reason: 'no-structure', backupId: id } : undefined;
}

async function structureOf(
  world: World,
  { id, repositories }: CatalogEntry,
  { principal, signal = new AbortController().signal }: DiffRequest,
): Promise<SchemaObject[]> {
  const [holder = world.repositories.primary] = repositoriesNamed(world, repositories);
  const set = await openSet(world, holder, id, { principal, purpose: 'schema comparison' });
  return readStructure(holder, { ...set, parts: set.manifest.parts }, signal);
}

function compared({ id, source, snapshotAt }: CatalogEntry): Compared {
  return { id, source, snapshotAt };
}
