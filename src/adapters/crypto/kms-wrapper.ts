import type { KeyDescription } from '../../ports/encryption.ts';
import type { KmsKey } from './configured-key.ts';
import type { Wrapper } from './wrapper.ts';

/** A key of AWS KMS, whose client is loaded when the first key is wrapped or unwrapped. */
export function kmsWrapper(description: KeyDescription, key: KmsKey): Wrapper {
  const loaded = once(async () => (await import('./kms.ts')).openKms(key));
  return {
    ...description,
    keyring: async () => (await loaded()).keyring,
    unwrap: async (wrapped, header) => (await loaded()).unwrap(wrapped, header),
  };
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
