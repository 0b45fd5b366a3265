import type { KeyDescription } from '../../ports/encryption.ts';
import { rawAesKeyring } from './encryption-sdk.ts';
import type { Key } from './key-file.ts';
import { unwrapDataKey } from './read-message.ts';
import { fileProvider, type Wrapper } from './wrapper.ts';

export function fileWrapper(description: KeyDescription, { id, bytes }: Key): Wrapper {
  return {
    ...description,
    keyring: async () => rawAesKeyring({ namespace: fileProvider, name: id, key: bytes }),
    unwrap: async (wrapped, { contextBytes }) => unwrapDataKey(wrapped, contextBytes, bytes),
  };
}
