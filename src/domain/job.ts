import { z } from 'zod';
import { type BackupKind, backupIdSchema } from './backup-id.ts';

/** Work that takes long: it runs under a lease, reports progress, and ends in exactly one outcome. Those whose failure weighs most stand first. */
export const jobKinds = ['full-backup', 'incremental-backup', 'schema-backup', 'verification'] as const;
export type JobKind = (typeof jobKinds)[number];

/** What each kind is called in a sentence. */
export const jobNames: Record<JobKind, string> = {
  'full-backup': 'full backup',
  'incremental-backup': 'incremental backup',
  'schema-backup': 'schema backup',
  verification: 'verification',
};

/** The kind of backup that a job makes, if it makes one. */
export const backupKindMade: Record<JobKind, BackupKind | undefined> = {
  'full-backup': 'full',
  'incremental-backup': 'incremental',
  'schema-backup': 'schema',
  verification: undefined,
};

/** What the job is busy with, in the order of a backup's life. */
export const jobSteps = [
  'preparing',
  'locking',
  'dumping',
  'shipping',
  'committing',
  'verifying',
  'restoring',
  'comparing',
] as const;
export type JobStep = (typeof jobSteps)[number];

export const progressSchema = z.object({
  step: z.enum(jobSteps),
  /** Bytes of the source's size that are done, estimated while dumping; rates and times left come from these two. */
  doneBytes: z.number().nonnegative(),
  totalBytes: z.number().nonnegative(),
  storedBytes: z.number().nonnegative(),
  doneParts: z.int().nonnegative(),
  totalParts: z.int().nonnegative(),
  /** A sentence for people when something unusual is going on: DDL waiting, a retry. */
  note: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

export const failureFactsSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  retryable: z.boolean(),
});
export type FailureFacts = z.infer<typeof failureFactsSchema>;

export const outcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('succeeded'), backupId: backupIdSchema }),
  /** Verification that ran to its end and found the set bad. */
  z.object({ kind: z.literal('found-bad'), backupId: backupIdSchema, findings: z.int() }),
  z.object({ kind: z.literal('failed'), failure: failureFactsSchema }),
  z.object({ kind: z.literal('cancelled'), reason: z.string() }),
  /** The process that ran it died; noticed at the next start. */
  z.object({ kind: z.literal('cut-off') }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Why a job started: a person asked, it was due, or it was due while the bot was down. */
export const triggers = ['request', 'schedule', 'catch-up', 'retry'] as const;
export type Trigger = (typeof triggers)[number];

/** The scheduled moment that a job stands for. */
export const dueMomentSchema = z.object({
  moment: z.coerce.date(),
  /** Moments that passed while nobody looked; `moment` counts among them where the job itself comes late. */
  missed: z.int().nonnegative(),
});
export type DueMoment = z.infer<typeof dueMomentSchema>;

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly source: string;
  readonly startedBy: string;
  readonly trigger: Trigger;
  /** Only for what a schedule started. */
  readonly due?: DueMoment;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The set being made or verified, once known. */
  readonly backupId: string | null;
  readonly progress: Progress | null;
  readonly outcome: Outcome | null;
  /** Grows with every change of any job: whoever renders jobs asks for those above the last it saw. */
  readonly revision: number;
}
