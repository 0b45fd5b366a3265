import { keyCopyNote, keyRetiredNote } from '../domain/key-notes.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { KeyDescription } from '../ports/encryption.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

export interface ListedKey extends KeyDescription {
  /** Where its second copy lies; null when nobody said. */
  readonly copyAt: string | null;
  /** ISO 8601: when no backup was found to need it any more. */
  readonly retiredAt: string | null;
}

/** The configured keys. Nothing of it is secret, but it says where copies lie: admins may see it. */
export function listKeys(
  world: World,
  { principal }: { principal: Principal },
): { kind: 'keys'; keys: ListedKey[] } | Refusal {
  const refusal = authorize(world, principal, 'configure', '*');
  if (refusal) return refusal;
  const { encryption, state } = world;
  const keys = encryption.keys().map((key) => ({
    ...key,
    copyAt: state.notes.get(keyCopyNote(key.id)) ?? null,
    retiredAt: key.encrypts ? null : (state.notes.get(keyRetiredNote(key.id)) ?? null),
  }));
  return { kind: 'keys', keys };
}
