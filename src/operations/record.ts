import type { AuditEntry, AuditRecord } from '../domain/audit-chain.ts';
import type { Principal } from '../domain/principal.ts';
import type { World } from './world.ts';

/** Writes into the audit log what somebody does now. */
export function record(
  { state, clock }: Pick<World, 'state' | 'clock'>,
  { name: actor, via }: Pick<Principal, 'name' | 'via'>,
  entry: Omit<AuditEntry, 'at' | 'actor' | 'via'>,
): AuditRecord {
  return state.audit.append({ at: clock.now(), actor, via, ...entry });
}
