import type { CatalogEntry } from '../domain/catalog.ts';
import type { Repository } from '../ports/repository.ts';
import type { World } from './world.ts';

/** Every listed backup of a source that a repository has, however many there are. */
export function listedIn({ state }: Pick<World, 'state'>, { name }: Repository, source: string): CatalogEntry[] {
  const listed = state.catalog.list({ source, limit: everything });
  return listed.filter(({ repositories }) => repositories.includes(name));
}

/** The catalog answers with so many only when it is asked to. */
const everything = 1_000_000;
