import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { holdingKeys } from '../holding-keys.ts';
import type { Copier } from './copier.ts';

const tries = 60;

/** Waits for whoever rotates or destroys keys: a copy must not bring back what is being destroyed. Failure `key-unavailable` after a minute. */
export async function holdingKeysPatiently(
  { world, signal }: Pick<Copier, 'world' | 'signal'>,
  work: () => Promise<void>,
): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    const result = await holdingKeys(world, async () => {
      await work();
      return 'done' as const;
    });
    if (result === 'done') return;
    await pause(1000, undefined, { signal });
  }
  throw new Failure('key-unavailable', 'Somebody has been changing keys for more than a minute.', {
    hint: 'Copying goes on when tidemark keys rotate, retire or shred has ended.',
  });
}
