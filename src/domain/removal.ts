import { z } from 'zod';
import { backupIdSchema } from './backup-id.ts';

/** That a backup was given up, and why: an authenticated object `facts/removed-<time>`, written before anything of it goes. */
export const removalSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('removal'),
  backupId: backupIdSchema,
  repository: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  why: z.string(),
});
export type Removal = z.infer<typeof removalSchema>;
