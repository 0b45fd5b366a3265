import { z } from 'zod';
import { backupIdSchema } from './backup-id.ts';
import { validationReportSchema } from './checklist/checklist.ts';

/** What a verification found wrong, per object of the set. */
export const findingSchema = z.object({
  /** Object name below the set's prefix, or `recover.mjs`. */
  object: z.string(),
  problem: z.enum([
    'missing',
    'altered',
    'truncated',
    'undecryptable',
    'not-decompressible',
    'incomplete-dump',
    'row-count',
    'manifest-invalid',
    /** Of an incremental backup: a binlog file is not there from its beginning to its end. */
    'binlog-gap',
    /** Found by restoring: what a server would not take, and what it had in the end. */
    'not-restorable',
    'object-count',
    'checksum',
    'canary',
  ]),
  detail: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

/** The result of one verification of one set in one repository; an authenticated object `facts/verified-<time>`. */
export const verificationSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('verification'),
  backupId: backupIdSchema,
  repository: z.string(),
  depth: z.enum(['read', 'restored']),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  verdict: z.enum(['good', 'bad']),
  parts: z.int().nonnegative(),
  tables: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  storedBytes: z.int().nonnegative(),
  rawBytes: z.int().nonnegative(),
  /** Bytes of the largest INSERT, where all parts were read and found good. */
  largestInsertBytes: z.int().nonnegative().optional(),
  findings: z.array(findingSchema),
  /** What was asked of the restored data. It says nothing of the backup, which holds what the source had, right or wrong. */
  validation: validationReportSchema.optional(),
});
export type Verification = z.infer<typeof verificationSchema>;
