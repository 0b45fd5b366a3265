import { z } from 'zod';
import { coverageSchema } from '../binlog/standing.ts';
import { failureFactsSchema } from '../job.ts';

/** How a copy stands for one source: written by whoever copies, read by everybody. Times are ISO 8601 in UTC. */

const time = z.iso.datetime();

/** What is on its way, of backups or of binlog segments. */
const backlogSchema = z.object({
  /** As many as are known to be missing. */
  missing: z.int().nonnegative(),
  /** Since when the primary has had the oldest of them. */
  oldest: time.nullable(),
  trouble: failureFactsSchema.extend({ since: time }).nullable(),
});
export type Backlog = z.infer<typeof backlogSchema>;

export const copyStandingSchema = z.object({
  /** When this was written. */
  at: time,
  sets: backlogSchema,
  segments: backlogSchema,
  /** How far the binlogs in the copy lead; null while nobody knows. */
  coverage: coverageSchema.nullable(),
});
export type CopyStanding = z.infer<typeof copyStandingSchema>;

/** The two things that a copy is made of: backup sets, and binlog segments. */
export const copyHalves = ['sets', 'segments'] as const;
export type CopyHalf = (typeof copyHalves)[number];

export const nothingMissing: Backlog = { missing: 0, oldest: null, trouble: null };

/** The note in the state that holds it. */
export function copyNote(copy: string, source: string): string {
  return `copy:${copy}:${source}`;
}

/** The lease of whoever fills a copy of a source. */
export function copyLease(copy: string, source: string): string {
  return `copy:${copy}:${source}`;
}

/** Beside a set in a copy: every object of it was read back there, and was what the primary has. */
export const copiedFactSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('copied'),
  backupId: z.string(),
  at: time,
  /** Name of the repository that it came from. */
  from: z.string(),
});
export type CopiedFact = z.infer<typeof copiedFactSchema>;
