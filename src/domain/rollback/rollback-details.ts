import { z } from 'zod';
import { backupIdSchema } from '../backup-id.ts';
import type { RecoveryPlan } from '../recovery/plan.ts';

/** What the plan of a schema rollback stands on, besides what every plan has. */
export const rollbackDetailsSchema = z.object({
  migration: z.string(),
  script: z.object({
    file: z.string(),
    /** Hex. Another script is another plan. */
    sha256: z.string(),
    statements: z.array(z.object({ line: z.int(), sql: z.string(), destroys: z.string().optional() })).min(1),
  }),
  /** The schema backup from before the migration; null where it was never announced, or that is gone. */
  before: backupIdSchema.nullable(),
  /** SHA-256 over the structure that is led back, as it was when the plan was made. */
  structure: z.string(),
});
export type RollbackDetails = z.infer<typeof rollbackDetailsSchema>;

export function rollbackDetails({ details }: Pick<RecoveryPlan, 'details'>): RollbackDetails {
  return rollbackDetailsSchema.parse(details);
}
