import type { BackupId } from '../domain/backup-id.ts';
import type { CatalogEntry } from '../domain/catalog.ts';
import { Failure } from '../domain/failure.ts';
import type { Manifest, ManifestPart } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { missingObjects } from '../domain/schema-diff/missing-objects.ts';
import { readSchemaObjects, type SchemaObject, structureRoles } from '../domain/schema-diff/read-schema-objects.ts';
import type { Repository } from '../ports/repository.ts';
import { decompressPart } from './decompress-part.ts';
import { type BackupWanted, findBackup } from './find-backup.ts';
import { type OpenSet, openSet } from './open-set.ts';
import { readPart } from './read-part.ts';
import { repositoriesNamed } from './repository-named.ts';
import type { World } from './world.ts';

export interface StructureRequest {
  readonly principal: Principal;
  /** For the audit log. */
  readonly purpose?: string;
  readonly signal?: AbortSignal;
}

export interface Structure {
  readonly kind: 'structure';
  readonly id: BackupId;
  readonly objects: readonly SchemaObject[];
}

/**
 * How everything was made at the moment of a full or schema backup. Its key is opened, so whoever asks must be allowed to look, and the audit log
 * notes it. Failures: `structure-unreadable`, those of `openSet` and the repository's; `cancelled` when the signal says so.
 */
export async function readStructure(
  world: World,
  id: BackupId,
  { principal, purpose = 'structure', signal = new AbortController().signal }: StructureRequest,
): Promise<Structure | Refusal> {
  const found = findStructured(world, { principal, backup: id });
  if (found.kind === 'refused') return found;
  signal.throwIfAborted();
  const [holder = world.repositories.primary] = repositoriesNamed(world, found.entry.repositories);
  const set = await openSet(world, holder, found.entry.id, { principal, purpose });
  const { parts, objects } = set.manifest;
  return {
    kind: 'structure',
    id: found.entry.id,
    objects: await structureOfSet(holder, { ...set, id, parts, objects }, signal),
  };
}

/** The backup that somebody named, if they may look at it and it has a structure that can be read. */
export function findStructured(
  world: World,
  wanted: Omit<BackupWanted, 'action'>,
): { kind: 'found'; entry: CatalogEntry } | Refusal {
  const found = findBackup(world, { ...wanted, action: 'look' });
  if (found.kind === 'refused') return found;
  const { id, kind, shredded } = found.entry;
  if (shredded) return { kind: 'refused', reason: 'shredded', backupId: id, at: shredded.at, by: shredded.by };
  return kind === 'incremental' ? { kind: 'refused', reason: 'no-structure', backupId: id } : found;
}

/** A set that is open, or about to be committed. */
export interface StructuredSet extends Pick<OpenSet, 'prefix' | 'setKey'> {
  readonly id: BackupId;
  readonly parts: readonly Pick<ManifestPart, 'name' | 'role'>[];
  /** How many of each kind there must be. */
  readonly objects: Manifest['objects'];
}

/**
 * Every object of a dumped backup in normal form, none missing. Definitions are held in memory, rows are not read.
 * Failures: `structure-unreadable`, and those of `readPart`.
 */
export async function structureOfSet(
  repository: Repository,
  set: StructuredSet,
  signal: AbortSignal,
): Promise<readonly SchemaObject[]> {
  const texts: string[] = [];
  for (const part of set.parts.filter(({ role }) => structureRoles.includes(role))) {
    const compressed = await readPart(repository, set, part, { signal, onRead: () => {} });
    const chunks: Buffer[] = [];
    for await (const chunk of decompressPart(compressed)) chunks.push(chunk);
    texts.push(Buffer.concat(chunks).toString('utf8'));
  }
  signal.throwIfAborted();
  return objectsOf(set.id, texts, set.objects);
}

/** Every object of these parts, none missing. Failure `structure-unreadable`. */
export function objectsOf(id: string, texts: readonly string[], counts: Manifest['objects']): readonly SchemaObject[] {
  const { objects, unreadable } = readSchemaObjects(texts);
  if (unreadable[0] !== undefined) {
    const more = unreadable.length > 1 ? ` (and ${unreadable.length - 1} more)` : '';
    throw unreadableStructure(`${id} holds what Tidemark cannot name: ${unreadable[0]}${more}`);
  }
  const missing = missingObjects(counts, objects);
  if (missing.length === 0) return objects;
  throw unreadableStructure(`${id} should hold more than was read from it; missing: ${missing.join(', ')}`);
}

function unreadableStructure(what: string): Failure {
  return new Failure('structure-unreadable', `The structure of ${what}.`, {
    hint: 'Nothing is compared by guess. The backup restores all the same: the RECOVER.md beside it says how to see its SQL. Please report the statement.',
  });
}
