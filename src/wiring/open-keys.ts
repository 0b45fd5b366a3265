import type { ConfiguredKey, KmsKey } from '../adapters/crypto/configured-key.ts';
import { readKeyFile } from '../adapters/crypto/key-file.ts';
import type { KeyFileSettings, KeySettings, KmsKeySettings } from '../config/settings.ts';
import { Failure } from '../domain/failure.ts';
import type { Around } from './around.ts';

/** The configured keys: files are read, AWS KMS is not asked before a key is used. Failures `configuration`, `key-unreadable`. */
export function openKeys(settings: readonly KeySettings[], around: Pick<Around, 'log'>): Promise<ConfiguredKey[]> {
  return Promise.all(settings.map(async (key) => ('kms' in key ? openKmsKey(key) : readKey(key, around))));
}

export function openKmsKey({ kms: arn, ...key }: KmsKeySettings): ConfiguredKey & KmsKey {
  return { ...key, arn };
}

/** A key's name stands in its file; the configuration has to agree, or backups would name a key that nobody finds. */
async function readKey(
  { id, file, ...settings }: KeyFileSettings,
  { log }: Pick<Around, 'log'>,
): Promise<ConfiguredKey> {
  const key = await readKeyFile(file);
  if (key.id !== id) {
    throw new Failure('configuration', `encryption.keys names ${id}, but ${file} holds the key ${key.id}.`, {
      hint: 'Write the id that the file holds, or name the right file.',
    });
  }
  for (const warning of key.warnings) log.warn({ keyId: id }, warning);
  return { ...key, ...settings };
}
