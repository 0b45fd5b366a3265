import { copyLease } from '../../domain/copies/copy-standing.ts';
import { type CopyFacts, type CopyState, copyState } from '../../domain/copies/copy-status.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { sourcesToLookAt } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { readCopyStanding } from './copy-standing.ts';

/** Unless the configuration says otherwise: an hour. */
const usualMaxLag = 3_600_000;

/** What is known of each copy of a source. */
export function copyFacts({ repositories, state }: Pick<World, 'repositories' | 'state'>, source: string): CopyFacts[] {
  return repositories.copies.map(({ name: copy, location }) => {
    const standing = readCopyStanding({ state }, copy, source);
    const running = state.leases.holder(copyLease(copy, source)) !== undefined;
    const maxLag = repositories.maxLag?.[copy] ?? usualMaxLag;
    return { copy, location, maxLag, running, ...(standing && { standing }) };
  });
}

export interface SourceCopies {
  readonly source: string;
  readonly copies: readonly CopyState[];
}

/** How the copies stand of the sources that somebody may look at. */
export function readCopies(
  world: World,
  request: { principal: Principal; source?: string },
): { kind: 'copies'; at: Date; sources: readonly SourceCopies[] } | Refusal {
  const names = sourcesToLookAt(world, request);
  if (!Array.isArray(names)) return names;
  const at = world.clock.now();
  return { kind: 'copies', at, sources: names.map((source) => ({ source, copies: statesOf(world, source, at) })) };
}

export function statesOf(world: World, source: string, at: Date): CopyState[] {
  return copyFacts(world, source).map((facts) => copyState(facts, at));
}
