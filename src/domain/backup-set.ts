import { type BackupId, parseBackupId } from './backup-id.ts';

/**
 * Where the objects of a backup set lie, relative to a repository's root:
 * `<source>/<kind>/<backup-id>/` holds `keys`, `parts/…`, `RECOVER.md`, `facts/…` and, written last, `manifest`.
 * One that was shredded has `shredded` instead of `keys`.
 */
export const setObjects = {
  keys: 'keys',
  manifest: 'manifest',
  guide: 'RECOVER.md',
  shredded: 'shredded',
} as const;

/** The program that reads a set without Tidemark; one copy at each repository's root. */
export const recoverProgramKey = 'recover.mjs';

/** What the keys of small objects begin with that prove, for a moment, that a repository can be written and read. */
export const probePrefix = 'tidemark-probe-';

/** The prefix of a set, with its trailing slash. Undefined when the id is none. */
export function setPrefix(id: BackupId): string | undefined {
  const parsed = parseBackupId(id);
  return parsed && `${parsed.source}/${parsed.kind}/${id}/`;
}

/** The backup id within an object key, if the key belongs to a set. */
export function backupIdOfKey(key: string): BackupId | undefined {
  const [source, kind, id] = key.split('/');
  const parsed = id === undefined ? undefined : parseBackupId(id);
  return parsed && parsed.source === source && parsed.kind === kind ? id : undefined;
}
