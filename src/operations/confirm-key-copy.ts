import { Failure } from '../domain/failure.ts';
import { keyCopyNote } from '../domain/key-notes.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import { keyNamed } from './key-named.ts';
import { record } from './record.ts';
import type { World } from './world.ts';

/** Remembers where the second copy of a key lies, for status and for whoever needs it. Failure `usage` for a key that is not configured. */
export function confirmKeyCopy(
  world: World,
  { principal, keyId, where }: { principal: Principal; keyId: string; where: string },
): { kind: 'confirmed'; keyId: string; where: string } | Refusal {
  const refusal = authorize(world, principal, 'configure', '*');
  if (refusal) return refusal;
  keyNamed(world, keyId);
  if (where.trim() === '') throw new Failure('usage', 'Where does it lie?', { hint: 'Say it in a few words.' });
  noteKeyCopy(world, principal, keyId, where.trim());
  return { kind: 'confirmed', keyId, where: where.trim() };
}

export function noteKeyCopy(world: World, principal: Principal, keyId: string, where: string): void {
  world.state.notes.set(keyCopyNote(keyId), where);
  record(world, principal, { action: 'keys.copy-confirmed', subject: keyId });
}
