import { copyLease } from '../../domain/copies/copy-standing.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { record } from '../record.ts';
import { resolveSource } from '../resolve-source.ts';
import type { World } from '../world.ts';
import { type Copier, openCopier } from './copier.ts';
import { segmentCopier } from './copy-segments.ts';
import { copySets } from './copy-sets.ts';
import { type SourceCopies, statesOf } from './read-copies.ts';

export interface CopiedNow extends SourceCopies {
  readonly kind: 'copied';
  readonly at: Date;
  readonly troubles: readonly { readonly copy: string; readonly message: string; readonly hint: string }[];
  /** Copies that another process, the bot as a rule, fills right now. */
  readonly busy: readonly string[];
}

/** Brings every copy of a source up to date once, where nobody does already. What is wrong with one copy does not keep the others. */
export async function copyNow(
  world: World,
  { principal, source: wanted, signal }: { principal: Principal; source?: string; signal: AbortSignal },
): Promise<CopiedNow | Refusal> {
  const resolved = resolveSource(world, {
    principal,
    action: 'take-backup',
    ...(wanted !== undefined && { source: wanted }),
  });
  if (resolved.kind === 'refused') return resolved;
  const source = resolved.source.name;
  record(world, principal, { action: 'copies.asked', source });
  const troubles: { copy: string; message: string; hint: string }[] = [];
  const busy: string[] = [];
  for (const copy of world.repositories.copies) {
    const lease = copyLease(copy.name, source);
    const { leases } = world.state;
    if (leases.holder(lease) || leases.take(lease).kind === 'held') {
      busy.push(copy.name);
      continue;
    }
    try {
      await fillOnce(openCopier(world, copy, source, { signal }));
    } catch (error) {
      signal.throwIfAborted();
      const { message, hint } = toFailure(error);
      troubles.push({ copy: copy.name, message, hint });
    } finally {
      leases.release(lease);
    }
  }
  const at = world.clock.now();
  return { kind: 'copied', source, at, copies: statesOf(world, source, at), troubles, busy };
}

/** Segments first: incremental backups wait for them. */
async function fillOnce(copier: Copier): Promise<void> {
  const { copy, standing } = copier;
  const segments = segmentCopier(copier);
  for (const [half, pass] of [
    ['segments', () => segments.follow({ whole: true })],
    ['sets', () => copySets(copier, segments.segments)],
  ] as const) {
    try {
      await copy.prepare();
      await pass();
      standing.well(half);
    } catch (error) {
      if (!copier.signal.aborted) standing.trouble(half, toFailure(error));
      throw error;
    }
  }
}
