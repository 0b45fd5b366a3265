import { z } from 'zod';

/** The kinds of backup that Tidemark takes. */
export const backupKinds = ['full', 'incremental', 'schema'] as const;
export type BackupKind = (typeof backupKinds)[number];

const pattern = /^(\d{8}T\d{6}Z)-(full|incremental|schema)-([a-z0-9][a-z0-9_-]*)-([a-z0-9]{4})$/;

/** `20261123T020000Z-full-alumni-x7k2`: sorts by time, names kind and source, and is safe in paths and URLs. */
export const backupIdSchema = z.string().regex(pattern, 'is not a backup id');
export type BackupId = string;

/** Source names go into paths, ids and lock names, so they are plain. */
export const sourceNamePattern = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** `suffix` is four characters of [a-z0-9] that tell two backups of one second apart. */
export function makeBackupId(kind: BackupKind, source: string, startedAt: Date, suffix: string): BackupId {
  return `${compactTime(startedAt)}-${kind}-${source}-${suffix}`;
}

export function parseBackupId(
  id: string,
): { kind: BackupKind; source: string; startedAt: Date; suffix: string } | undefined {
  const match = pattern.exec(id);
  if (!match) return undefined;
  const [, stamp = '', kind = '', source = '', suffix = ''] = match;
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const startedAt = new Date(iso);
  if (Number.isNaN(startedAt.getTime())) return undefined;
  return { kind: kind as BackupKind, source, startedAt, suffix };
}

/** `20261123T020000Z`, seconds precision, UTC. */
export function compactTime(at: Date): string {
  return at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
}
