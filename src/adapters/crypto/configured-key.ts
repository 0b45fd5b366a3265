import type { KeyDescription } from '../../ports/encryption.ts';
import type { Key } from './key-file.ts';

/** A key of the configuration: one that was read from a file, or one that never leaves AWS KMS. */
export type ConfiguredKey = (Key | KmsKey) & {
  /** Whether new sets are wrapped under it as well as under the first. */
  readonly encrypts?: boolean;
};

/** Credentials are never here: the SDK finds them. */
export interface KmsKey {
  readonly id: string;
  /** `arn:aws:kms:eu-west-1:111122223333:key/…`: the key's own, never that of an alias, which can be pointed elsewhere. */
  readonly arn: string;
  /** Of another service than AWS's: `http://127.0.0.1:5000`. */
  readonly endpoint?: string;
}

export function isKmsKey(key: Key | KmsKey): key is KmsKey {
  return 'arn' in key;
}

/** `index` is its place in the configuration. */
export function describeKey(key: ConfiguredKey, index: number): KeyDescription {
  return {
    id: key.id,
    fingerprint: isKmsKey(key) ? key.arn : key.fingerprint,
    encrypts: index === 0 || key.encrypts === true,
    provider: isKmsKey(key) ? 'kms' : 'file',
  };
}
