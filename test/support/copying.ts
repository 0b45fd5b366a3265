import { expect } from 'vitest';
import type { CopyTuning } from '../../src/operations/copies/copier.ts';
import { readCopyStanding } from '../../src/operations/copies/copy-standing.ts';
import { keepCopying } from '../../src/operations/copies/keep-copying.ts';
import type { World } from '../../src/operations/world.ts';
import type { Repository } from '../../src/ports/repository.ts';

/** Much quicker than in production, so that tests need not wait. */
export const quickCopying: Partial<CopyTuning> = { tick: 50, compareEvery: 1_000, firstPause: 50, longestPause: 500 };

/** Copies until it is stopped. */
export function startCopying(world: World): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const done = keepCopying(world, { signal: stopping.signal, tuning: quickCopying });
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** Until a copy has every object of the source's that the primary has, and says so. */
export async function copiedUp(
  world: Pick<World, 'repositories' | 'state'> & { readonly sources: ReadonlyMap<string, unknown> },
  copy: Repository,
  { timeout = 60_000 }: { timeout?: number } = {},
): Promise<void> {
  const [source = ''] = world.sources.keys();
  const { primary } = world.repositories;
  await expect
    .poll(
      async () => {
        const [there, here] = [await objectsOf(primary, source), await objectsOf(copy, source)];
        const standing = readCopyStanding(world, copy.name, source);
        return {
          missing: there.filter((key) => !here.includes(key)),
          tooMuch: here.filter((key) => !there.includes(key)),
          known: [standing?.sets.missing, standing?.segments.missing],
          trouble: [standing?.sets.trouble, standing?.segments.trouble],
        };
      },
      { timeout, interval: 200 },
    )
    .toEqual({ missing: [], tooMuch: [], known: [0, 0], trouble: [null, null] });
}

/** Without what says that it was copied, and without bytes that no facts speak of yet. */
async function objectsOf(repository: Repository, source: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of repository.list(`${source}/`)) keys.push(key);
  return keys.filter((key) => !key.includes('/facts/copied-'));
}
