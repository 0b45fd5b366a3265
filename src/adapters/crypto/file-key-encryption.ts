import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../domain/failure.ts';
import type { Encryption } from '../../ports/encryption.ts';
import { sealObject } from './encryption-sdk.ts';
import type { Key } from './key-file.ts';
import { type MessageHeader, readMessage, unwrapDataKey, wrappingKeyName } from './read-message.ts';
import { checkBinding, contextOf, only, type Refusal, refusalFor, setKeyOf } from './set-key.ts';

/** Encryption under keys from key files. The first encrypts, all decrypt. Fails with `configuration` without any. */
export function fileKeyEncryption(keys: readonly Key[]): Encryption {
  const [first] = keys;
  if (first === undefined) {
    throw new Failure('configuration', 'There is no encryption key.', {
      hint: 'Name one under encryption.keys; `tidemark init` makes one.',
    });
  }
  const twice = keys.find((key, index) => keys.findIndex(({ id }) => id === key.id) !== index);
  if (twice !== undefined) {
    throw new Failure('configuration', `Two encryption keys are both named ${twice.id}.`, {
      hint: 'Give each key file one entry under encryption.keys.',
    });
  }

  return {
    keys: () =>
      keys.map((key) => ({
        id: key.id,
        fingerprint: key.fingerprint,
        encrypts: key === first,
        provider: 'file' as const,
      })),

    async createSetKey(setId) {
      const secret = randomBytes(32);
      const context = { ...contextOf(setId, KEYS_OBJECT), key: first.id, fingerprint: first.fingerprint };
      const sealing = { namespace: KEY_NAMESPACE, name: first.id, key: first.bytes, context };
      const keysObject = await sealObject(sealing, secret);
      return { setKey: setKeyOf(setId, secret), keysObject, wrappedBy: [first.id] };
    },

    async openSetKey(setId, keysObject) {
      const refuse = refusalFor(setId, KEYS_OBJECT);
      const openWithAny = (header: MessageHeader) => openHeader(header, setId, keys, refuse);
      const secret = await buffer(readMessage(only(keysObject), openWithAny, refuse));
      if (secret.length !== 32) throw refuse('it does not hold a key');
      return setKeyOf(setId, secret);
    },
  };
}

function openHeader(header: MessageHeader, setId: string, keys: readonly Key[], refuse: Refusal): Uint8Array {
  checkBinding(header, setId, KEYS_OBJECT, refuse);
  const wrappings = header.wrappedKeys.filter(({ provider }) => provider === KEY_NAMESPACE);
  const named = header.context.get('key');
  // The key's name stands twice in the object, so that a damaged one is not taken for a missing key.
  if (wrappings.length === 0 || !wrappings.some((wrapped) => wrappingKeyName(wrapped) === named)) {
    throw refuse('its header was altered');
  }

  for (const wrapped of wrappings) {
    const key = keys.find(({ id }) => id === wrappingKeyName(wrapped));
    if (key === undefined) continue;
    const dataKey = unwrapDataKey(wrapped, header.contextBytes, key.bytes);
    if (dataKey !== undefined) return dataKey;
    const wanted = header.context.get('fingerprint');
    if (wanted === key.fingerprint) throw refuse('its header was altered');
    throw refuse(
      `it was altered, or it wants another key named ${key.id}: it says ${wanted}, ours is ${key.fingerprint}`,
    );
  }

  const wanted = wrappings.map(wrappingKeyName).join(' or ');
  throw new Failure('key-missing', `Backup ${setId} was encrypted under a key that is not configured: ${wanted}.`, {
    hint: `Add the key file of ${wanted} (fingerprint ${header.context.get('fingerprint')}) under encryption.keys.`,
  });
}

/** The object's name in every set. */
const KEYS_OBJECT = 'keys';
const KEY_NAMESPACE = 'tidemark';
