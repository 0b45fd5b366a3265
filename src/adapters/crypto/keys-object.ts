import { Failure } from '../../domain/failure.ts';
import { isSameKmsKey } from '../../domain/kms-arn.ts';
import type { KeyName } from '../../ports/encryption.ts';
import { type MessageHeader, type WrappedKey, wrappingKeyName } from './read-message.ts';
import { checkBinding, contextOf, type Refusal } from './set-key.ts';
import { fileProvider, kmsProvider, type Wrapper } from './wrapper.ts';

/** The object's name in every set. */
export const keysObjectName = 'keys';

/** What a `keys` object is bound to: its set, and which keys wrap it, in the order of the wrappings. */
export function keysContext(setId: string, keys: readonly KeyName[]): Record<string, string> {
  return {
    ...contextOf(setId, keysObjectName),
    key: keys.map(({ id }) => id).join(between),
    fingerprint: keys.map(({ fingerprint }) => fingerprint).join(between),
  };
}

/** Which keys a `keys` object says it is wrapped under. Each stands in it twice, so that a damaged name is not taken for a missing key. */
export function namesIn({ context, wrappedKeys }: MessageHeader, refuse: Refusal): KeyName[] {
  const ids = context.get('key')?.split(between) ?? [];
  const fingerprints = context.get('fingerprint')?.split(between) ?? [];
  const names = ids.map((id, index) => ({ id, fingerprint: fingerprints[index] ?? '' }));
  const agrees = (name: KeyName, wrapped: WrappedKey | undefined) =>
    (wrapped?.provider === fileProvider && wrappingKeyName(wrapped) === name.id) ||
    (wrapped?.provider === kmsProvider && wrapped.info.toString('utf8') === name.fingerprint);
  const isWhole = names.length === wrappedKeys.length && names.length === fingerprints.length;
  if (isWhole && names.every((name, index) => agrees(name, wrappedKeys[index]))) return names;
  throw refuse('its header was altered');
}

/** Gets the data key of a `keys` object by whichever of the keys can, those at hand before those that have to be asked. */
export function openKeysHeader(setId: string, keys: readonly Wrapper[], refuse: Refusal) {
  return async (header: MessageHeader): Promise<Uint8Array> => {
    checkBinding(header, setId, keysObjectName, refuse);
    const names = namesIn(header, refuse);
    const doors = header.wrappedKeys
      .flatMap((wrapped, index) => {
        const name = names[index];
        const key = name && keys.find((each) => isMeant(each, name, wrapped));
        return key && name ? { key, name, wrapped } : [];
      })
      .sort((a, b) => Number(a.key.provider === 'kms') - Number(b.key.provider === 'kms'));

    let [fault, refusal]: unknown[] = [];
    for (const { key, name, wrapped } of doors) {
      try {
        const dataKey = await key.unwrap(wrapped, header);
        if (dataKey !== undefined) return dataKey;
        refusal ??= refuse(wrongKeyWords(key, name));
      } catch (error) {
        fault ??= error;
      }
    }
    // As long as one of them could not be asked, nobody can tell that something was altered.
    throw fault ?? refusal ?? keyMissing(setId, names, header.wrappedKeys);
  };
}

/** A key file is known by its id, so that one that merely has the wanted id can be told; a key of KMS by its ARN, whatever it is called. */
function isMeant(key: Wrapper, { id, fingerprint }: KeyName, { provider }: WrappedKey): boolean {
  if (provider === kmsProvider) return key.provider === 'kms' && isSameKmsKey(key.fingerprint, fingerprint);
  return key.provider === 'file' && key.id === id;
}

function wrongKeyWords(key: Wrapper, { fingerprint }: KeyName): string {
  if (fingerprint === key.fingerprint) return 'its header was altered';
  return `it was altered, or it wants another key named ${key.id}: it says ${fingerprint}, ours is ${key.fingerprint}`;
}

function keyMissing(setId: string, names: readonly KeyName[], wrappings: readonly WrappedKey[]): Failure {
  const ways = names.map(({ id, fingerprint }, index) =>
    wrappings[index]?.provider === kmsProvider
      ? `{ id: ${id}, kms: "${fingerprint}" }`
      : `the key file of ${id} (fingerprint ${fingerprint})`,
  );
  const wanted = names.map(({ id }) => id).join(' or ');
  return new Failure('key-missing', `Backup ${setId} was encrypted under a key that is not configured: ${wanted}.`, {
    hint: `Add ${ways.join(' or ')} under encryption.keys.`,
  });
}

/** Neither ids nor fingerprints nor ARNs have a comma. */
const between = ', ';
