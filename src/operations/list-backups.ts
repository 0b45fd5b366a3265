import type { BackupKind } from '../domain/backup-id.ts';
import type { CatalogEntry } from '../domain/catalog.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { resolveSource } from './resolve-source.ts';
import type { World } from './world.ts';

export interface ListRequest {
  readonly principal: Principal;
  /** May be left out when there is one source. */
  readonly source?: string;
  readonly kind?: BackupKind;
  readonly limit?: number;
}

/** The catalog of a source, newest first. */
export function listBackups(
  world: World,
  { principal, source, kind, limit }: ListRequest,
): { kind: 'backups'; source: string; entries: CatalogEntry[] } | Refusal {
  const resolved = resolveSource(world, { principal, action: 'look', ...(source !== undefined && { source }) });
  if (resolved.kind === 'refused') return resolved;
  const { name } = resolved.source;
  const filter = { source: name, ...(kind && { kind }), ...(limit !== undefined && { limit }) };
  return { kind: 'backups', source: name, entries: world.state.catalog.list(filter) };
}
