import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import { noteKeyCopy } from './confirm-key-copy.ts';
import { record } from './record.ts';
import type { World } from './world.ts';

export interface AddKeyRequest {
  readonly principal: Principal;
  readonly keyId: string;
  /** Makes the key, over nothing that is there. */
  readonly make: () => Promise<{ fingerprint: string }>;
  /** Where its second copy lies; empty when nobody says. */
  readonly askForCopy: (fingerprint: string) => Promise<string>;
}

export interface AddedKey {
  readonly kind: 'added';
  readonly keyId: string;
  readonly fingerprint: string;
  readonly copyAt: string | null;
}

/** Makes a new key. It is used as soon as people have put it into the configuration. Failure `usage` for an id that is taken. */
export async function addKey(
  world: World,
  { principal, keyId, make, askForCopy }: AddKeyRequest,
): Promise<AddedKey | Refusal> {
  const refusal = authorize(world, principal, 'configure', '*');
  if (refusal) return refusal;
  if (world.encryption.keys().some(({ id }) => id === keyId)) {
    throw new Failure('usage', `There is a key ${keyId} already.`, { hint: 'Call the new one something else.' });
  }
  const { fingerprint } = await make();
  record(world, principal, { action: 'keys.added', subject: keyId, detail: { fingerprint } });
  const copyAt = (await askForCopy(fingerprint)).trim();
  if (copyAt !== '') noteKeyCopy(world, principal, keyId, copyAt);
  return { kind: 'added', keyId, fingerprint, copyAt: copyAt || null };
}
