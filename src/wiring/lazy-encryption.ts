import type { Key } from '../adapters/crypto/key-file.ts';
import type { Encryption } from '../ports/encryption.ts';

/** Encryption under keys that were read already; the Encryption SDK is loaded with the first set. */
export function lazyEncryption(keys: readonly Key[]): Encryption {
  let loading: Promise<Encryption> | undefined;
  const encryption = () => {
    loading ??= import('../adapters/crypto/file-key-encryption.ts').then((module) => module.fileKeyEncryption(keys));
    return loading;
  };
  return {
    keys: () =>
      keys.map(({ id, fingerprint }, index) => ({ id, fingerprint, encrypts: index === 0, provider: 'file' })),
    createSetKey: async (setId) => (await encryption()).createSetKey(setId),
    openSetKey: async (setId, keysObject) => (await encryption()).openSetKey(setId, keysObject),
  };
}
