import { z } from 'zod';
import { validationReportSchema } from '../checklist/checklist.ts';
import { failureFactsSchema, progressSchema } from '../job.ts';
import { tableNameSchema } from '../manifest.ts';
import { approvalRuleSchema } from './approval-rule.ts';
import { recoveryPlanSchema } from './plan.ts';

const time = z.iso.datetime();

/** Where a recovery stands. Only `approved` begins, only `interrupted` and `failed` go on. */
export const recoveryStates = [
  'requested',
  'approved',
  'denied',
  'cancelled',
  'expired',
  /** What the plan names had changed before it began. */
  'void',
  'running',
  'succeeded',
  /** A step failed; what was done so far stays as it is. */
  'failed',
  /** It was stopped between steps, or its process died. */
  'interrupted',
  /** Nobody goes on with it. */
  'given-up',
] as const;
export type RecoveryState = (typeof recoveryStates)[number];

/** Somebody and when: principals, so that one person is one whatever she asked from. */
export const saidBySchema = z.object({ by: z.string(), via: z.enum(['slack', 'shell', 'schedule']), at: time });
export type SaidBy = z.infer<typeof saidBySchema>;

export const stepRecordSchema = z.object({ id: z.string(), startedAt: time, finishedAt: time.nullable() });

export const recoverySchema = z.object({
  /** `r-20261128T020000Z-x7k2` */
  id: z.string(),
  plan: recoveryPlanSchema,
  hash: z.string(),
  rule: approvalRuleSchema,
  /** Why, in the requester's words, where she said so. */
  requested: saidBySchema.extend({ why: z.string().optional() }),
  state: z.enum(recoveryStates),
  approvals: z.array(saidBySchema),
  /** Why it ran without approval. */
  breakGlass: z.string().nullable(),
  /** Who denied, cancelled or gave it up; or why it is void. */
  ended: saidBySchema.partial({ by: true, via: true }).extend({ why: z.string().optional() }).nullable(),
  /** Until when it may be approved; when it is approved, until when it may begin. */
  validUntil: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  /** Those that were begun, in order. */
  steps: z.array(stepRecordSchema),
  progress: progressSchema.nullable(),
  failure: failureFactsSchema.nullable(),
  /** Who asked a running one to stop at the next step's end. */
  stopAsked: saidBySchema.nullable(),
  /** Events that came in disabled. Empty once they are enabled. */
  eventsToEnable: z.array(tableNameSchema),
  eventsEnabled: saidBySchema.nullable(),
  /** What the steps found out, for people. */
  notes: z.array(z.string()),
  /** What the result was found to be; null before that was looked at. */
  validation: validationReportSchema.nullable().default(null),
  /** Where the scratch server is reached while it stands, and with which option file, by the user who runs Tidemark. */
  scratch: z.object({ name: z.string(), place: z.string(), optionFile: z.string() }).nullable(),
});
export type Recovery = z.infer<typeof recoverySchema>;

/** As it lies in the state: `revision` grows with every change of any recovery. */
export type StoredRecovery = Recovery & { readonly revision: number };

/** Still to be decided, under way, or left half-way: nothing else may be done to its target. */
export const openStates: readonly RecoveryState[] = ['requested', 'approved', 'running', 'failed', 'interrupted'];

export function isOpen({ state }: Pick<Recovery, 'state'>): boolean {
  return openStates.includes(state);
}

/** What no two open recoveries may share; undefined where the server is made for it alone. */
export function targetKey({ plan: { target, scenario } }: Pick<Recovery, 'plan'>): string | undefined {
  // The end of a transaction is in nobody's way, and it may be what another recovery waits for.
  return target.kind === 'scratch' || scenario === 'kill-transaction' ? undefined : target.serverUuid;
}

/** How long it took from the request to its end, in milliseconds; undefined while it has not ended. */
export function measuredRto({ requested, finishedAt, state }: Recovery): number | undefined {
  return finishedAt === null || state !== 'succeeded' ? undefined : Date.parse(finishedAt) - Date.parse(requested.at);
}
