import { Failure } from '../domain/failure.ts';
import { keyCopyNote } from '../domain/key-notes.ts';
import { didYouMean } from '../domain/nearest.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

/** Remembers where the second copy of a key lies, for status and for whoever needs it. Failure `usage` for a key that is not configured. */
export function confirmKeyCopy(
  world: World,
  { principal, keyId, where }: { principal: Principal; keyId: string; where: string },
): { kind: 'confirmed'; keyId: string; where: string } | Refusal {
  const refusal = authorize(world, principal, 'configure', '*');
  if (refusal) return refusal;
  const { encryption, state, clock } = world;
  const known = encryption.keys().map((key) => key.id);
  if (!known.includes(keyId)) {
    throw new Failure('usage', `There is no key ${keyId}.${didYouMean(keyId, known)}`, {
      hint: `Configured are: ${known.join(', ')}.`,
    });
  }
  if (where.trim() === '') throw new Failure('usage', 'Where does it lie?', { hint: 'Say it in a few words.' });
  state.notes.set(keyCopyNote(keyId), where.trim());
  const { name: actor, via } = principal;
  state.audit.append({ at: clock.now(), actor, via, action: 'keys.copy-confirmed', subject: keyId });
  return { kind: 'confirmed', keyId, where: where.trim() };
}
