import { newestGood } from '../domain/catalog.ts';
import { toFailure } from '../domain/failure.ts';
import type { ManifestPart } from '../domain/manifest.ts';
import { scheduler } from '../domain/principal.ts';
import { compareSchemas } from '../domain/schema-diff/compare-schemas.ts';
import { type KeptChanges, keptChanges } from '../domain/schema-diff/schema-change.ts';
import { openSet } from './open-set.ts';
import { readStructure } from './read-structure.ts';
import { repositoriesNamed } from './repository-named.ts';
import type { SetWriter } from './store-part.ts';
import type { World } from './world.ts';

/**
 * How the structure that is stored already, but not committed, differs from the newest good schema backup. Nothing where there is none.
 * A backup does not fail because an earlier one cannot be read: that is a warning.
 */
export async function changesSinceLast(
  world: World,
  { repository, prefix, setKey, signal }: SetWriter,
  source: string,
  parts: readonly ManifestPart[],
): Promise<{ schemaChanges?: KeptChanges; warning?: string }> {
  const last = newestGood(world.state.catalog.list({ source, kind: 'schema' }), 'schema');
  const [holder] = last ? repositoriesNamed(world, last.repositories) : [];
  if (!last || !holder) return {};
  try {
    const set = await openSet(world, holder, last.id, { principal: scheduler, purpose: 'schema comparison' });
    const before = await readStructure(holder, { ...set, parts: set.manifest.parts }, signal);
    const after = await readStructure(repository, { prefix, setKey, parts }, signal);
    return { schemaChanges: keptChanges(last.id, compareSchemas(before, after)) };
  } catch (error) {
    signal.throwIfAborted();
    return { warning: `It could not be compared with ${last.id}: ${toFailure(error).message}` };
  }
}
