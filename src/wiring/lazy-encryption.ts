import { type ConfiguredKey, describeKey } from '../adapters/crypto/configured-key.ts';
import type { Encryption } from '../ports/encryption.ts';

/** Encryption under keys that were read already; the Encryption SDK is loaded with the first set, the KMS client with the first use of its key. */
export function lazyEncryption(keys: readonly ConfiguredKey[]): Encryption {
  let loading: Promise<Encryption> | undefined;
  const encryption = () => {
    loading ??= import('../adapters/crypto/key-encryption.ts').then((module) => module.keyEncryption(keys));
    return loading;
  };
  return {
    keys: () => keys.map(describeKey),
    createSetKey: async (setId) => (await encryption()).createSetKey(setId),
    openSetKey: async (setId, keysObject, options) => (await encryption()).openSetKey(setId, keysObject, options),
    wrappedBy: async (setId, keysObject) => (await encryption()).wrappedBy(setId, keysObject),
    rewrapSetKey: async (setId, keysObject) => (await encryption()).rewrapSetKey(setId, keysObject),
  };
}
