import { randomBytes } from 'node:crypto';

/** Four characters that tell two things of one second apart, none of them easily taken for another. */
export function randomSuffix(): string {
  return [...randomBytes(4)].map((byte) => 'abcdefghijkmnpqrstuvwxyz23456789'[byte % 32]).join('');
}
