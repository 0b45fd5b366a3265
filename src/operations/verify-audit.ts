import { type ChainVerdict, verifyChain } from '../domain/audit-chain.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

/**
 * Walks the whole audit log. It finds every edit, deletion, insertion and change of order. A tail that was cut off is found as long as the stored head was left alone;
 * against somebody who could rewrite the whole file, compare `records` and `head` with those noted elsewhere at an earlier verification.
 * Failure `integrity` when a record cannot even be read.
 */
export function verifyAudit(
  world: Pick<World, 'state' | 'clock'>,
  principal: Principal,
): { kind: 'verified'; verdict: ChainVerdict } | Refusal {
  const refusal = authorize(world, principal, 'read-audit', '*');
  if (refusal) return refusal;
  // A new record is chained to the stored head: were the tail cut off, this makes the gap visible to the walk.
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: 'audit.verified',
  });
  return { kind: 'verified', verdict: verifyChain(world.state.audit.all()) };
}
