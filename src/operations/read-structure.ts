import type { ManifestPart } from '../domain/manifest.ts';
import { readSchemaObjects, type SchemaObject, structureRoles } from '../domain/schema-diff/read-schema-objects.ts';
import type { Repository } from '../ports/repository.ts';
import { decompressPart } from './decompress-part.ts';
import type { OpenSet } from './open-set.ts';
import { readPart } from './read-part.ts';

/** Every object of a dumped backup, full or schema, in normal form. Definitions are held in memory, rows are not read. Failures of `readPart`. */
export async function readStructure(
  repository: Repository,
  set: Pick<OpenSet, 'prefix' | 'setKey'> & { readonly parts: readonly Pick<ManifestPart, 'name' | 'role'>[] },
  signal: AbortSignal,
): Promise<SchemaObject[]> {
  const texts: string[] = [];
  for (const part of set.parts.filter(({ role }) => structureRoles.includes(role))) {
    const compressed = await readPart(repository, set, part, { signal, onRead: () => {} });
    const chunks: Buffer[] = [];
    for await (const chunk of decompressPart(compressed)) chunks.push(chunk);
    texts.push(Buffer.concat(chunks).toString('utf8'));
  }
  return readSchemaObjects(texts);
}
