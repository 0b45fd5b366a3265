import type { Repository } from '../../ports/repository.ts';
import type { World } from '../world.ts';
import { type CopyStandingKeeper, keepCopyStanding } from './copy-standing.ts';

/** What fills one copy of one source, while it runs. */
export interface Copier {
  readonly world: World;
  readonly source: string;
  /** Where everything comes from. */
  readonly primary: Repository;
  readonly copy: Repository;
  readonly standing: CopyStandingKeeper;
  readonly tuning: CopyTuning;
  readonly signal: AbortSignal;
}

/** Milliseconds. */
export interface CopyTuning {
  /** How often it is asked whether the primary has something new. */
  readonly tick: number;
  /** How often both repositories are listed and compared, though nothing seems to be new. */
  readonly compareEvery: number;
  /** The pause after a failure; each further one in a row doubles it, up to the longest. */
  readonly firstPause: number;
  readonly longestPause: number;
}

export const usualCopyTuning: CopyTuning = {
  tick: 2_000,
  compareEvery: 2 * 60_000,
  firstPause: 1_000,
  longestPause: 5 * 60_000,
};

export function openCopier(
  world: World,
  copy: Repository,
  source: string,
  { signal, tuning }: { signal: AbortSignal; tuning?: Partial<CopyTuning> },
): Copier {
  const standing = keepCopyStanding(world, copy.name, source);
  const { primary } = world.repositories;
  return { world, source, primary, copy, standing, tuning: { ...usualCopyTuning, ...tuning }, signal };
}
