import { Failure } from '../domain/failure.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { KeyDescription } from '../ports/encryption.ts';
import type { World } from './world.ts';

/** The configured key of an id. Failure `usage` when there is none. */
export function keyNamed({ encryption }: Pick<World, 'encryption'>, keyId: string): KeyDescription {
  const keys = encryption.keys();
  const found = keys.find(({ id }) => id === keyId);
  if (found) return found;
  const known = keys.map(({ id }) => id);
  throw new Failure('usage', `There is no key ${keyId}.${didYouMean(keyId, known)}`, {
    hint: `Configured are: ${known.join(', ')}.`,
  });
}
