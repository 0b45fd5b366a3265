import { z } from 'zod';
import { type BackupKind, backupIdSchema, backupKinds } from './backup-id.ts';
import { validationReportSchema } from './checklist/checklist.ts';
import { type Manifest, manifestBytes, manifestRows, manifestSchema, positionSchema } from './manifest.ts';
import { type MigrationMark, migrationMarkSchema } from './migration/migration-fact.ts';
import { type Pin, pinSchema } from './pin.ts';
import { shreddingSchema } from './shredding.ts';
import type { Verification } from './verification.ts';

/** One listed backup: the digest of a manifest and of what was learnt about the set since. Kept in state, rebuilt from a repository. */
export const catalogEntrySchema = z.object({
  id: backupIdSchema,
  source: z.string(),
  kind: z.enum(backupKinds),
  startedAt: z.iso.datetime(),
  snapshotAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  rawBytes: z.int().nonnegative(),
  storedBytes: z.int().nonnegative(),
  tables: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  /** Counts of every kind of object. */
  objects: manifestSchema.shape.objects.optional(),
  position: positionSchema,
  /** Only of an incremental backup. */
  binlogs: manifestSchema.shape.binlogs,
  /** Only of a schema backup. */
  schemaChanges: manifestSchema.shape.schemaChanges,
  /** Only of a schema backup that was taken for a migration. */
  migration: migrationMarkSchema.optional(),
  serverUuid: z.string(),
  serverVersion: z.string(),
  lockMilliseconds: z.number(),
  warnings: z.array(z.string()),
  repositories: z.array(z.string()),
  /** The newest verification, if there was one. */
  verified: z
    .object({ at: z.iso.datetime(), verdict: z.enum(['good', 'bad']), depth: z.enum(['read', 'restored']) })
    .nullable(),
  /** When it was last proven by restoring it; null when it never was, or when that last found it bad. */
  restoredAt: z.iso.datetime().nullable().default(null),
  /** What that verification found wrong, one sentence each. */
  findings: z.array(z.string()).default([]),
  /** What was asked of its data when it was last restored for proof. */
  validation: validationReportSchema.optional(),
  /** Why it is kept beyond its time; a pin whose end has come no longer holds. */
  pin: pinSchema.nullable().default(null),
  shredded: shreddingSchema.nullable().default(null),
});
export type CatalogEntry = z.infer<typeof catalogEntrySchema>;

export function catalogEntry(
  manifest: Manifest,
  repositories: string[],
  verifications: readonly Verification[] = [],
  pin: Pin | null = null,
  migration?: MigrationMark,
): CatalogEntry {
  const bytes = manifestBytes(manifest);
  const entry: CatalogEntry = {
    id: manifest.id,
    source: manifest.source.name,
    kind: manifest.kind,
    startedAt: manifest.startedAt,
    snapshotAt: manifest.snapshotAt,
    finishedAt: manifest.finishedAt,
    rawBytes: bytes.raw,
    storedBytes: bytes.stored,
    tables: manifest.tables.length,
    rows: manifestRows(manifest),
    objects: manifest.objects,
    position: manifest.position,
    ...(manifest.binlogs && { binlogs: manifest.binlogs }),
    ...(manifest.schemaChanges && { schemaChanges: manifest.schemaChanges }),
    ...(migration && { migration }),
    serverUuid: manifest.source.serverUuid,
    serverVersion: manifest.source.version,
    lockMilliseconds: manifest.lock.heldMilliseconds,
    warnings: manifest.warnings,
    repositories,
    verified: null,
    restoredAt: null,
    findings: [],
    pin,
    shredded: null,
  };
  return verifications.reduce((known, verification) => withVerification(known, [verification]), entry);
}

/** What is known of a backup after one more verification, with a result from each repository; bad in one is bad. */
export function withVerification(entry: CatalogEntry, results: readonly Verification[]): CatalogEntry {
  const bad = results.filter((result) => result.verdict === 'bad');
  const telling = bad[0] ?? results[0];
  if (!telling) return entry;
  const { verdict, depth, finishedAt } = telling;
  // Reading finds nothing wrong with rows that are lost only when they are loaded.
  if (verdict === 'good' && depth === 'read' && foundBadByRestoring(entry)) return entry;
  const restoredAt = depth === 'read' ? entry.restoredAt : verdict === 'good' ? finishedAt : null;
  const validation = telling.validation ?? (depth === 'read' ? entry.validation : undefined);
  const { validation: _, ...rest } = entry;
  return {
    ...rest,
    ...(validation && { validation }),
    verified: verified(telling),
    restoredAt,
    findings: bad.flatMap(describeFindings),
  };
}

function foundBadByRestoring({ verified }: CatalogEntry): boolean {
  return verified?.verdict === 'bad' && verified.depth === 'restored';
}

function verified(verification: Verification): NonNullable<CatalogEntry['verified']> {
  return { at: verification.finishedAt, verdict: verification.verdict, depth: verification.depth };
}

/** As many of one repository as anybody reads; the verification itself, beside the backup, holds them all. */
const mostFindings = 1_000;

/** Each object and what is wrong with it. */
function describeFindings(verification: Verification): string[] {
  return verification.findings
    .slice(0, mostFindings)
    .map((finding) => `${finding.object} in ${verification.repository}: ${finding.problem}, ${finding.detail}`);
}

/** Whether a backup is still meant to be read. */
export function isReadable({ shredded }: Pick<CatalogEntry, 'shredded'>): boolean {
  return shredded === null;
}

/** The newest readable backup of a kind whose verification did not fail; with `proven`, only one whose verification succeeded. */
export function newestGood(
  entries: readonly CatalogEntry[],
  kind: BackupKind,
  { proven = false } = {},
): CatalogEntry | undefined {
  return entries
    .filter((entry) => entry.kind === kind && isReadable(entry))
    .filter((entry) => (proven ? entry.verified?.verdict === 'good' : entry.verified?.verdict !== 'bad'))
    .sort((a, b) => (a.id < b.id ? 1 : -1))[0];
}
