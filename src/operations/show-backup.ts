import { type BackupReport, backupReport } from '../domain/backup-report.ts';
import type { CatalogEntry } from '../domain/catalog.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Shredding } from '../domain/shredding.ts';
import type { Repository } from '../ports/repository.ts';
import { findBackup } from './find-backup.ts';
import { openSet } from './open-set.ts';
import { repositoriesNamed } from './repository-named.ts';
import type { World } from './world.ts';

export interface ShowRequest {
  readonly principal: Principal;
  /** A backup id, its last four characters, or `latest`. */
  readonly backup: string;
  readonly source?: string;
}

export interface ShownBackup {
  readonly kind: 'backup';
  readonly entry: CatalogEntry;
  readonly manifest: Manifest;
  readonly report: BackupReport;
}

/** What is left to say of a backup that nobody reads again. */
export interface ShownShredded {
  readonly kind: 'shredded-backup';
  readonly entry: CatalogEntry;
  readonly shredded: Shredding;
}

/**
 * One backup in detail. Its manifest is read and decrypted, which the audit log notes.
 * Failures: those of `openSet`.
 */
export async function showBackup(world: World, request: ShowRequest): Promise<ShownBackup | ShownShredded | Refusal> {
  const found = findBackup(world, { ...request, action: 'look' });
  if (found.kind === 'refused') return found;
  const { entry } = found;
  const { shredded } = entry;
  if (shredded) return { kind: 'shredded-backup', entry, shredded };
  const { principal } = request;
  const { manifest } = await openSet(world, holderOf(world, entry), entry.id, { principal, purpose: 'show' });
  const others = world.state.catalog.list({ source: entry.source, kind: entry.kind });
  return { kind: 'backup', entry, manifest, report: backupReport(entry, others, manifest) };
}

function holderOf(world: World, entry: CatalogEntry): Repository {
  return repositoriesNamed(world, entry.repositories)[0] ?? world.repositories.primary;
}
