import { z } from 'zod';
import { tableNameSchema } from '../manifest.ts';

/** One statement, under these settings of its session. */
export const statementSchema = z.object({ sql: z.string(), session: z.string().optional() });
export type Statement = z.infer<typeof statementSchema>;

/** By what one sees that a step is done: it is there, or it is there no more. */
export const markSchema = z.object({
  kind: z.enum(['table', 'foreign-key', 'check', 'trigger']),
  /** Where a constraint belongs; of a trigger only the schema counts. */
  table: tableNameSchema,
  /** Of the constraint or trigger; empty for the table itself. */
  name: z.string(),
  present: z.boolean(),
});
export type Mark = z.infer<typeof markSchema>;

/** A step of an exchange: exact SQL both ways, one statement each. */
export const swapStepSchema = z.object({
  title: z.string(),
  forth: statementSchema,
  back: statementSchema,
  mark: markSchema,
  /** Locked against reading and writing from before this step until after the last one in a row that names it. */
  locked: tableNameSchema.optional(),
  /** The step at which the one table takes the place of the other. */
  exchanges: z.literal(true).optional(),
  /** The server writes the whole table anew: writes to it wait so long. */
  rewrites: z.literal(true).optional(),
});
export type SwapStep = z.infer<typeof swapStepSchema>;
