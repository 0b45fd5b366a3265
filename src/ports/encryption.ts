import type { Duplex } from 'node:stream';

/** Encrypts what leaves this machine. The first configured key encrypts, and whichever says so beside it; all of them decrypt. */
export interface Encryption {
  /** The configured keys, in configured order. Nothing here is secret. */
  keys(): KeyDescription[];
  /**
   * Draws a random key for a new set. `keysObject` is that key wrapped under every key that encrypts, any of which opens it:
   * store it as the set's `keys` object. Failure `key-unavailable` where one of them cannot be used now.
   */
  createSetKey(setId: string): Promise<{ setKey: SetKey; keysObject: Uint8Array }>;
  /**
   * Opens a set's `keys` object with whichever configured key it was wrapped under, `without` one of them where that is named.
   * Fails with `key-missing` (its hint names the wanted key), `integrity` (altered, or of another set) or `key-unavailable`.
   */
  openSetKey(setId: string, keysObject: Uint8Array, options?: { without?: string }): Promise<SetKey>;
  /**
   * What a set's `keys` object says of the keys that it is wrapped under. True only once one of them has opened it.
   * Failure `integrity` when it is of another set or no such object.
   */
  wrappedBy(setId: string, keysObject: Uint8Array): Promise<KeyName[]>;
  /**
   * The same set key, wrapped under every key that encrypts now, each of which has been tried on it.
   * Fails as `openSetKey` and `createSetKey` do.
   */
  rewrapSetKey(setId: string, keysObject: Uint8Array): Promise<Uint8Array>;
}

/**
 * One random 256-bit key per backup set; everything of the set is encrypted under it, as AWS Encryption SDK
 * messages. Each message is bound to its set and its name: nothing can be swapped, renamed or moved between sets.
 * A name is the object's name in the set: `manifest`, `parts/010-structure.sql.zst`.
 */
export interface SetKey {
  /** Plaintext in, message out. Holds back its writer when nobody reads; destroying it frees it at once. */
  encryptPart(name: string): Duplex;
  /**
   * Message in, plaintext out, in frames of 1 MiB, each released only once it is authenticated.
   * Fails with `integrity` when the message is altered, truncated, followed by anything, or another part's or set's.
   * Truncation shows at the end: plaintext counts only once the stream has ended well.
   */
  decryptPart(name: string): Duplex;
  /** The same for what fits in memory. */
  encryptObject(name: string, plaintext: Uint8Array): Promise<Uint8Array>;
  decryptObject(name: string, message: Uint8Array): Promise<Uint8Array>;
}

/** How a key is told from another of the same id. */
export interface KeyName {
  readonly id: string;
  /** `ab12 cd34 ef56 7890`, or the ARN of a key of AWS KMS: safe to print and to compare by eye. */
  readonly fingerprint: string;
}

export interface KeyDescription extends KeyName {
  /** Whether new sets are wrapped under it: true for the first, and for those that say so. */
  readonly encrypts: boolean;
  readonly provider: KeyProvider;
}

/** A file of one's own, or AWS KMS. */
export type KeyProvider = 'file' | 'kms';
