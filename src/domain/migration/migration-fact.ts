import { z } from 'zod';
import { backupIdSchema } from '../backup-id.ts';
import { positionSchema } from '../manifest.ts';

/** Names go into file names, so they are plain: `001-add-phone`, `2026_11_28.users`. */
export const migrationNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const migrationMarks = ['started', 'ended', 'rolled-back'] as const;

/** That a schema backup was taken right before a migration, right after it, or after it was led back: an authenticated object `facts/migration-<time>`. */
export const migrationFactSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('migration'),
  backupId: backupIdSchema,
  at: z.iso.datetime(),
  by: z.string(),
  name: z.string().regex(migrationNamePattern),
  what: z.enum(migrationMarks),
  /** The backup's own: up to here nothing of the migration has happened, or all of it has. */
  position: positionSchema,
  /** Of an end: the backup from before the migration. */
  before: backupIdSchema.optional(),
});
export type MigrationFact = z.infer<typeof migrationFactSchema>;

/** What the catalog keeps of it. */
export const migrationMarkSchema = migrationFactSchema.pick({
  name: true,
  what: true,
  at: true,
  by: true,
  before: true,
});
export type MigrationMark = z.infer<typeof migrationMarkSchema>;

/** What a set's facts say of it: the newest counts. */
export function markAfter(facts: readonly MigrationFact[]): MigrationMark | undefined {
  const newest = [...facts].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))).at(-1);
  return newest && migrationMarkSchema.parse(newest);
}
