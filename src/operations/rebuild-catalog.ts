import { type CatalogEntry, catalogEntry, isReadable } from '../domain/catalog.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import { rebuildStanding } from './binlog/rebuild-standing.ts';
import { readMigration, readPin, readVerifications } from './facts.ts';
import { isShredded, listSets } from './list-sets.ts';
import { openSet } from './open-set.ts';
import { repositoryNamed } from './repository-named.ts';
import type { World } from './world.ts';

export interface RebuiltCatalog {
  readonly kind: 'rebuilt';
  readonly repository: string;
  readonly backups: number;
  /** Sets that could not be opened, and why; they are not listed. */
  readonly unreadable: readonly { id: string; why: string }[];
  /** Ids of sets whose key was destroyed. Those that the catalog knew stay listed as such. */
  readonly shredded: readonly string[];
}

/** Reads a repository and makes the catalog anew from its manifests and facts. State that was lost comes back this way. */
export async function rebuildCatalog(
  world: World,
  { principal, from }: { principal: Principal; from?: string },
): Promise<RebuiltCatalog | Refusal> {
  const refusal = authorize(world, principal, 'rebuild-catalog', '*');
  if (refusal) return refusal;
  const repository = repositoryNamed(world, from);
  const known = world.state.catalog.list({ limit: everything }).filter((entry) => !isReadable(entry));
  const entries: CatalogEntry[] = [...known];
  const shredded = known.map(({ id }) => id);
  const unreadable: { id: string; why: string }[] = [];
  for (const id of await listSets(repository)) {
    if (shredded.includes(id)) continue;
    try {
      const set = await openSet(world, repository, id, { principal, purpose: 'catalog' });
      const verifications = await readVerifications(repository, set);
      const pin = await readPin(repository, set);
      const migration = await readMigration(repository, set);
      entries.push(catalogEntry(set.manifest, [repository.name], verifications, pin, migration));
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      if (await isShredded(repository, id)) shredded.push(id);
      else unreadable.push({ id, why: error.message });
    }
  }
  world.state.catalog.replaceAll(entries);
  for (const source of world.sources.keys()) await rebuildStanding(world, repository, source);
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: 'catalog.rebuilt',
    subject: repository.name,
    detail: { backups: entries.length - known.length, unreadable: unreadable.length },
  });
  return { kind: 'rebuilt', repository: repository.name, backups: entries.length - known.length, unreadable, shredded };
}

const everything = 1_000_000;
