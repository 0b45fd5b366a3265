import { newestGood } from '../domain/catalog.ts';
import { Failure, toFailure } from '../domain/failure.ts';
import type { Inventory } from '../domain/inventory.ts';
import { noObjects } from '../domain/manifest.ts';
import { scheduler } from '../domain/principal.ts';
import { compareSchemas } from '../domain/schema-diff/compare-schemas.ts';
import { missingByName } from '../domain/schema-diff/missing-objects.ts';
import type { SchemaObject } from '../domain/schema-diff/read-schema-objects.ts';
import { type KeptChanges, keptChanges } from '../domain/schema-diff/schema-change.ts';
import { readStructure, type StructuredSet, structureOfSet } from './read-structure.ts';
import type { SetWriter } from './store-part.ts';
import type { World } from './world.ts';

export interface NewStructure extends Omit<StructuredSet, 'objects'> {
  readonly source: string;
  readonly inventory: Inventory;
}

/**
 * Reads the structure that is stored already, but not committed, and tells how it differs from that of the newest good schema backup; nothing where there
 * is none. One in which an object of the inventory is missing is no backup: Failure `dump-incomplete`. But none fails because an
 * earlier one, or what it makes, cannot be read: that is a warning.
 */
export async function changesSinceLast(
  world: World,
  { repository, signal }: Pick<SetWriter, 'repository' | 'signal'>,
  set: NewStructure,
): Promise<{ schemaChanges?: KeptChanges; warning?: string }> {
  const last = newestGood(world.state.catalog.list({ source: set.source, kind: 'schema' }), 'schema');
  try {
    // What is missing is told by name.
    const after = await structureOfSet(repository, { ...set, objects: noObjects }, signal);
    refuseIncomplete(set.inventory, after);
    if (!last) return {};
    const before = await readStructure(world, last.id, { principal: scheduler, purpose: 'schema comparison', signal });
    if (before.kind === 'refused') return {};
    return { schemaChanges: keptChanges(last.id, compareSchemas(before.objects, after)) };
  } catch (error) {
    signal.throwIfAborted();
    const failure = toFailure(error);
    if (failure.code === 'dump-incomplete') throw failure;
    return { warning: `What changed is not known: ${failure.message}` };
  }
}

function refuseIncomplete(inventory: Inventory, found: readonly SchemaObject[]): void {
  const missing = missingByName(inventory, found);
  if (missing.length === 0) return;
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  throw new Failure('dump-incomplete', `The dump lacks ${missing.slice(0, 5).join(', ')}${more}.`, {
    hint: 'If somebody dropped it meanwhile, run the backup again. Otherwise tidemark doctor says which grant hides it.',
  });
}
