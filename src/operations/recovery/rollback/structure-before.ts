import { Failure } from '../../../domain/failure.ts';
import type { Migration } from '../../../domain/migration/migration.ts';
import type { SchemaObject } from '../../../domain/schema-diff/read-schema-objects.ts';
import { structureOfSet } from '../../read-structure.ts';
import { everyRepository } from '../../repository-named.ts';
import type { World } from '../../world.ts';
import { openNearest } from '../open-nearest.ts';
import type { PlanWanted } from '../scenario.ts';

export interface StructureBefore {
  readonly id: string;
  /** Undefined where it cannot be read; `why` says so. */
  readonly objects?: readonly SchemaObject[];
  readonly why?: string;
}

/** How everything was before a migration, from the backup that announced it. */
export async function structureBefore(
  world: World,
  { principal, signal }: PlanWanted,
  { started: { backupId: id } }: Migration,
): Promise<StructureBefore> {
  try {
    const repositories = everyRepository(world);
    const { repository, set } = await openNearest(world, repositories, id, { principal, purpose: 'rollback plan' });
    const { parts, objects } = set.manifest;
    return { id, objects: await structureOfSet(repository, { ...set, id, parts, objects }, signal) };
  } catch (error) {
    // What is out of reach for now is tried again; what is gone or damaged is told.
    if (!(error instanceof Failure) || error.retryable) throw error;
    return { id, why: error.message };
  }
}
