import type { Duplex } from 'node:stream';

/** Encrypts what leaves this machine. The first configured key encrypts, all of them decrypt. */
export interface Encryption {
  /** The configured keys, in configured order. Nothing here is secret. */
  keys(): KeyDescription[];
  /**
   * Draws a random key for a new set.
   * `keysObject` is that key wrapped under the first configured key: store it as the set's `keys` object.
   * `wrappedBy` has the ids of the keys that can open it.
   */
  createSetKey(setId: string): Promise<{ setKey: SetKey; keysObject: Uint8Array; wrappedBy: string[] }>;
  /**
   * Opens a set's `keys` object with whichever configured key it was wrapped under.
   * Fails with `key-missing` (its hint names the wanted key) or `integrity` (altered, or of another set).
   */
  openSetKey(setId: string, keysObject: Uint8Array): Promise<SetKey>;
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

export interface KeyDescription {
  id: string;
  /** `ab12 cd34 ef56 7890`: safe to print and to compare by eye. */
  fingerprint: string;
  /** Whether new sets are wrapped under it: true for the first only. */
  encrypts: boolean;
  provider: 'file';
}
