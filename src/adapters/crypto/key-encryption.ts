import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../domain/failure.ts';
import type { Encryption } from '../../ports/encryption.ts';
import { type ConfiguredKey, describeKey, isKmsKey } from './configured-key.ts';
import { sealUnder } from './encryption-sdk.ts';
import { fileWrapper } from './file-wrapper.ts';
import { keysContext, keysObjectName, namesIn, openKeysHeader } from './keys-object.ts';
import { kmsWrapper } from './kms-wrapper.ts';
import { readMessage, readMessageHeader } from './read-message.ts';
import { checkBinding, only, refusalFor, setKeyOf } from './set-key.ts';
import type { Wrapper } from './wrapper.ts';

/** Encryption under keys from files and of AWS KMS. Fails with `configuration` without any. */
export function keyEncryption(keys: readonly ConfiguredKey[]): Encryption {
  if (keys.length === 0) {
    throw new Failure('configuration', 'There is no encryption key.', {
      hint: 'Name one under encryption.keys; `tidemark init` makes one.',
    });
  }
  const twice = keys.find((key, index) => keys.findIndex(({ id }) => id === key.id) !== index);
  if (twice !== undefined) {
    throw new Failure('configuration', `Two encryption keys are both named ${twice.id}.`, {
      hint: 'Give each key one entry under encryption.keys.',
    });
  }
  const wrappers = wrappersOf(keys);
  const encrypting = wrappers.filter(({ encrypts }) => encrypts);

  async function seal(setId: string, secret: Uint8Array): Promise<Uint8Array> {
    const keyrings = await Promise.all(encrypting.map((wrapper) => wrapper.keyring()));
    return sealUnder(keyrings, keysContext(setId, encrypting), secret);
  }

  return {
    keys: () => keys.map(describeKey),

    async createSetKey(setId) {
      const secret = randomBytes(32);
      const keysObject = await seal(setId, secret);
      return { setKey: setKeyOf(setId, secret), keysObject };
    },

    async openSetKey(setId, keysObject, { without } = {}) {
      const others = wrappers.filter(({ id }) => id !== without);
      return setKeyOf(setId, await openSecret(setId, keysObject, others));
    },

    async wrappedBy(setId, keysObject) {
      const refuse = refusalFor(setId, keysObjectName);
      const header = await readMessageHeader(only(keysObject), refuse);
      checkBinding(header, setId, keysObjectName, refuse);
      return namesIn(header, refuse);
    },

    async rewrapSetKey(setId, keysObject) {
      const secret = await openSecret(setId, keysObject, wrappers);
      const rewrapped = await seal(setId, secret);
      for (const wrapper of encrypting) {
        if (secret.equals(await openSecret(setId, rewrapped, [wrapper]))) continue;
        throw refusalFor(setId, keysObjectName)(`under ${wrapper.id} it became another key`);
      }
      return rewrapped;
    },
  };
}

function wrappersOf(keys: readonly ConfiguredKey[]): Wrapper[] {
  return keys.map((key, index) => {
    const description = describeKey(key, index);
    return isKmsKey(key) ? kmsWrapper(description, key) : fileWrapper(description, key);
  });
}

/** The 32 bytes that everything of a set is encrypted under. */
async function openSecret(setId: string, keysObject: Uint8Array, wrappers: readonly Wrapper[]): Promise<Buffer> {
  const refuse = refusalFor(setId, keysObjectName);
  const open = openKeysHeader(setId, wrappers, refuse);
  const secret = await buffer(readMessage(only(keysObject), open, refuse));
  if (secret.length !== 32) throw refuse('it does not hold a key');
  return secret;
}
