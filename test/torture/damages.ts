import type { Dice } from './dice.ts';
import type { StoreKind } from './stores.ts';

/** One way to spoil an object. */
export interface Damage {
  readonly name: string;
  /** What it becomes, `other` being the same object of another backup; undefined when it is gone. */
  make(bytes: Buffer, other: Buffer, dice: Dice): Buffer | undefined;
}

/** One bit, anywhere; the headers of messages at their beginning and the tags at their end are small and matter most. */
const flipped: Damage = {
  name: 'flipped',
  make(bytes, _, dice) {
    const near = Math.min(bytes.length, 1 + dice.magnitude(bytes.length - 1));
    const at = dice.pick([dice.whole(0, bytes.length - 1), near - 1, bytes.length - near]);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << dice.whole(0, 7)), at);
    return bytes;
  },
};

const truncated: Damage = {
  name: 'truncated',
  make: (bytes, _, dice) => bytes.subarray(0, bytes.length - 1 - dice.magnitude(bytes.length - 2)),
};

const emptied: Damage = { name: 'emptied', make: () => Buffer.alloc(0) };
const removed: Damage = { name: 'removed', make: () => undefined };
const swapped: Damage = { name: 'swapped', make: (_, other) => other };
const lengthened: Damage = {
  name: 'lengthened',
  make: (bytes, _, dice) => Buffer.concat([bytes, Buffer.alloc(dice.whole(1, 5000), 0)]),
};

/** A block of the disk that reads as zeros. */
const zeroed: Damage = {
  name: 'zeroed',
  make(bytes, _, dice) {
    const at = dice.whole(0, bytes.length - 1);
    const from = at - (at % 512);
    const block = bytes.subarray(from, from + 512);
    // A last block of a byte or two may be zeros already.
    return block.some((byte) => byte !== 0) ? bytes.fill(0, from, from + block.length) : bytes.subarray(0, from);
  },
};

/** What the store is makes little difference to it, so S3 gets fewer. */
export const damages: Record<StoreKind, readonly Damage[]> = {
  local: [flipped, flipped, flipped, truncated, emptied, removed, swapped, lengthened, zeroed],
  s3: [flipped, truncated, removed, swapped],
};
