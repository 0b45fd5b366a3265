import { type BackupKind, parseBackupId } from '../domain/backup-id.ts';
import { type CatalogEntry, isReadable } from '../domain/catalog.ts';
import type { Action, Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { resolveSource } from './resolve-source.ts';
import type { World } from './world.ts';

export interface BackupWanted {
  readonly principal: Principal;
  readonly action: Action;
  /** A backup id, the last characters of one, or `latest`. */
  readonly backup: string;
  /** May be left out when the id names it or there is one source. */
  readonly source?: string;
  /** The latest of this kind. */
  readonly kind?: BackupKind;
}

/** The catalog's entry for what somebody named, if they may do that to its source. One that was shredded can only be looked at. */
export function findBackup(
  world: World,
  { principal, action, backup, source, kind }: BackupWanted,
): { kind: 'found'; entry: CatalogEntry } | Refusal {
  const asked = source ?? parseBackupId(backup)?.source ?? sourceOfSuffix(world, backup);
  const resolved = resolveSource(world, { principal, action, ...(asked !== undefined && { source: asked }) });
  if (resolved.kind === 'refused') return resolved;
  const { name } = resolved.source;
  if (backup === 'latest') {
    const latest = world.state.catalog.list({ source: name, ...(kind && { kind }) }).find(isReadable);
    return latest ? { kind: 'found', entry: latest } : { kind: 'refused', reason: 'no-backup-yet', source: name };
  }
  const entry = world.state.catalog.get(backup) ?? bySuffix(world, backup, name);
  if (entry?.source !== name) return { kind: 'refused', reason: 'unknown-backup', wanted: backup };
  const { id, shredded } = entry;
  if (!shredded || action === 'look' || action === 'shred') return { kind: 'found', entry };
  return { kind: 'refused', reason: 'shredded', backupId: id, at: shredded.at, by: shredded.by };
}

/** People read the four characters at an id's end to each other; they are enough where only one backup has them. */
function bySuffix(world: World, suffix: string, source?: string): CatalogEntry | undefined {
  if (!/^[a-z0-9]{4}$/.test(suffix)) return undefined;
  const found = world.state.catalog
    .list(source === undefined ? {} : { source })
    .filter(({ id }) => id.endsWith(`-${suffix}`));
  return found.length === 1 ? found[0] : undefined;
}

function sourceOfSuffix(world: World, suffix: string): string | undefined {
  return bySuffix(world, suffix)?.source;
}
