import { type Action, decideAuthority, type Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Source } from '../ports/source.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

export interface SourceWanted {
  readonly principal: Principal;
  readonly action: Action;
  /** May be left out when there is one source. */
  readonly source?: string;
}

/** The source that somebody means, if they may do that to it. A refusal for lack of a role is audited. */
export function resolveSource(world: World, wanted: SourceWanted): { kind: 'resolved'; source: Source } | Refusal {
  const known = [...world.sources.keys()].sort();
  const name = wanted.source ?? (known.length === 1 ? known[0] : undefined);
  if (name === undefined) return { kind: 'refused', reason: 'source-unclear', known };
  const source = world.sources.get(name);
  if (!source) return { kind: 'refused', reason: 'unknown-source', source: name, known };
  return authorize(world, wanted.principal, wanted.action, name) ?? { kind: 'resolved', source };
}

/** The sources that somebody may look at: the one they name, or all. */
export function sourcesToLookAt(
  world: World,
  { principal, source }: Pick<SourceWanted, 'principal' | 'source'>,
): string[] | Refusal {
  return sourcesFor(world, { principal, action: 'look', ...(source !== undefined && { source }) });
}

/** The sources that somebody may do that to: the one they name, or all. */
export function sourcesFor(world: World, { principal, action, source }: SourceWanted): string[] | Refusal {
  const mine = [...world.sources.keys()].filter((name) => decideAuthority(principal, action, name).kind === 'allowed');
  // With a name, and for whoever may none, the refusal says what is missing.
  if (source === undefined && mine.length > 0) return mine;
  const asked = source ?? [...world.sources.keys()][0];
  const resolved = resolveSource(world, { principal, action, ...(asked !== undefined && { source: asked }) });
  return resolved.kind === 'refused' ? resolved : [resolved.source.name];
}
