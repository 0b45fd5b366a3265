import type { AuditRecord } from '../domain/audit-chain.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { authorize } from './authorize.ts';
import type { World } from './world.ts';

export interface AuditFilter {
  readonly source?: string;
  readonly actor?: string;
  /** Default 100. */
  readonly limit?: number;
}

/** The newest records first. Who may read one source's audit log only must name that source. */
export function listAudit(
  world: Pick<World, 'state' | 'clock'>,
  principal: Principal,
  filter: AuditFilter = {},
): { kind: 'listed'; records: AuditRecord[] } | Refusal {
  const refusal = authorize(world, principal, 'read-audit', filter.source ?? '*');
  return refusal ?? { kind: 'listed', records: world.state.audit.list(filter) };
}
