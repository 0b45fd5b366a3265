import type { KeyringNode } from '@aws-crypto/material-management-node';
import type { KeyDescription } from '../../ports/encryption.ts';
import type { MessageHeader, WrappedKey } from './read-message.ts';

/** A configured key at work: wraps and unwraps the data keys of messages. */
export interface Wrapper extends KeyDescription {
  /** Of the AWS Encryption SDK, for writing. */
  keyring(): Promise<KeyringNode>;
  /**
   * The data key; undefined when the wrapping was altered or is another key's.
   * Failure `key-unavailable` where nobody can tell now.
   */
  unwrap(wrapped: WrappedKey, header: MessageHeader): Promise<Uint8Array | undefined>;
}

/** Who wraps, as messages say it: our own, and the name that every AWS Encryption SDK knows. */
export const fileProvider = 'tidemark';
export const kmsProvider = 'aws-kms';
