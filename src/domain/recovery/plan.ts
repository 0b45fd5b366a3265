import { z } from 'zod';
import { backupIdSchema } from '../backup-id.ts';
import { binlogRangeSchema } from '../binlog/binlog-range.ts';
import { positionSchema } from '../manifest.ts';
import { sha256 } from '../sha256.ts';
import { plannedEndSchema, wantedEndSchema } from './recovery-end.ts';
import { scenarioNames } from './scenario.ts';

const time = z.iso.datetime();

/** A step of a plan. What it does is its scenario's; the words are for people. */
export const planStepSchema = z.object({ id: z.string(), title: z.string(), seconds: z.number().nullable() });

/** What will not come back. */
export const expectedLossSchema = z.object({
  /** From when on everything is lost that was committed, by the source's clock. */
  from: time,
  /** Up to when that is known of: the end of the chain, or now. */
  to: time,
  /** As far as the chain tells; null where it does not. */
  transactions: z.int().nullable(),
  /** Changes to each table, the most first. Null where the chain does not tell. */
  tables: z.array(z.object({ table: z.string(), changes: z.int() })).nullable(),
});
export type ExpectedLoss = z.infer<typeof expectedLossSchema>;

/**
 * A recovery before it is an act: plain data, shown to people and approved by its hash. Only this is carried out, and only while
 * what it names is as it was.
 */
export const recoveryPlanSchema = z.object({
  formatVersion: z.literal(1),
  scenario: z.enum(scenarioNames),
  source: z.string(),
  /** What was asked for, in the scenario's own words: `alumni.users`. */
  subject: z.string().optional(),
  backup: z
    .object({
      id: backupIdSchema,
      snapshotAt: time,
      serverUuid: z.string(),
      serverVersion: z.string(),
      position: positionSchema,
      /** SHA-256 over its parts' own: another set under the same id is another set. */
      contents: z.string(),
      /** When it was proven last, by reading or by restoring it; null when it never was. */
      provenAt: time.nullable(),
      rawBytes: z.int().nonnegative(),
    })
    .optional(),
  wanted: wantedEndSchema,
  end: plannedEndSchema.optional(),
  /** The binlogs to replay; null where none are. */
  range: binlogRangeSchema.nullable(),
  target: z.object({
    kind: z.enum(['target', 'scratch', 'source']),
    name: z.string(),
    /** Empty for a scratch server, which is made for this. */
    serverUuid: z.string(),
    place: z.string(),
    version: z.string(),
    /** Schemas that lie there now and are replaced. */
    replaces: z.array(z.string()),
  }),
  /** `kept`: transactions keep their GTIDs, and an interrupted replay goes on. `anew`: it begins again from the backup. */
  gtids: z.enum(['kept', 'anew']),
  /** Whether what is restored goes into the target's own binlog. */
  binlog: z.boolean(),
  steps: z.array(planStepSchema).min(1),
  expectedSeconds: z.number().nullable(),
  loss: expectedLossSchema.nullable(),
  warnings: z.array(z.string()),
  /** What a scenario needs besides, as plain data. It is part of what is approved. */
  details: z.record(z.string(), z.unknown()).default({}),
});
export type RecoveryPlan = z.infer<typeof recoveryPlanSchema>;
export type PlanStep = z.infer<typeof planStepSchema>;

/** What approvers approve: SHA-256 over the plan, its keys in order. */
export function planHash(plan: RecoveryPlan): string {
  return sha256(Buffer.from(canonicalJson(plan)));
}

/** The same text for the same data, whatever order its keys were written in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((each) => canonicalJson(each === undefined ? null : each)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(',')}}`;
}

/** What a plan stands on. Estimates, proofs and warnings may change before it begins; these may not. */
const binding = {
  backup: ({ backup }: RecoveryPlan) =>
    backup && { id: backup.id, contents: backup.contents, position: backup.position },
  end: ({ end }: RecoveryPlan) => end?.place ?? null,
  binlogs: ({ range }: RecoveryPlan) => range,
  target: ({ target: { kind, name, serverUuid } }: RecoveryPlan) => ({ kind, name, serverUuid }),
  'what is replaced': ({ target }: RecoveryPlan) => target.replaces,
  GTIDs: ({ gtids, binlog }: RecoveryPlan) => ({ gtids, binlog }),
  steps: ({ steps }: RecoveryPlan) => steps.map(({ id }) => id),
  script: ({ details }: RecoveryPlan) => details.script ?? null,
  structure: ({ details }: RecoveryPlan) => details.structure ?? null,
  details: ({ details }: RecoveryPlan) => details,
} as const;
export type PlanPart = keyof typeof binding;

/** Which of the things that a plan stands on are others now; none when it may be carried out. */
export function changedParts(approved: RecoveryPlan, now: RecoveryPlan): PlanPart[] {
  return (Object.keys(binding) as PlanPart[]).filter(
    (part) => canonicalJson(binding[part](approved)) !== canonicalJson(binding[part](now)),
  );
}
