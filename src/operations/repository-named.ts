import { Failure } from '../domain/failure.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { Repository } from '../ports/repository.ts';
import type { World } from './world.ts';

/** The primary, then its copies: the nearest first. */
export function everyRepository({ repositories: { primary, copies } }: Pick<World, 'repositories'>): Repository[] {
  return [primary, ...copies];
}

/** The repository of a name; without one, the primary. Failure `usage` for a name that is not configured. */
export function repositoryNamed(world: Pick<World, 'repositories'>, name?: string): Repository {
  if (name === undefined) return world.repositories.primary;
  const all = everyRepository(world);
  const found = all.find((repository) => repository.name === name);
  if (found) return found;
  const known = all.map((repository) => repository.name);
  throw new Failure('usage', `There is no repository ${name}.${didYouMean(name, known)}`, {
    hint: `Name one of: ${known.join(', ')}.`,
  });
}

/** Those of these names, the primary first; what is not configured any more is left out. */
export function repositoriesNamed(world: Pick<World, 'repositories'>, names: readonly string[]): Repository[] {
  return everyRepository(world).filter(({ name }) => names.includes(name));
}
