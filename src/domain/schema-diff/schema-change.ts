import { z } from 'zod';
import { backupIdSchema } from '../backup-id.ts';

export const schemaObjectKinds = [
  'schema',
  'table',
  'sequence',
  'view',
  'procedure',
  'function',
  'package',
  'package body',
  'library',
  'trigger',
  'event',
] as const;
export type SchemaObjectKind = (typeof schemaObjectKinds)[number];

/** How one object differs between two structures. Lines are of its definition in normal form. */
export const schemaChangeSchema = z.object({
  kind: z.enum(schemaObjectKinds),
  schema: z.string(),
  /** Empty for a schema itself. */
  name: z.string(),
  what: z.enum(['added', 'removed', 'changed']),
  /** Lines that only the earlier one has; of a changed object alone. */
  gone: z.array(z.string()),
  /** Lines that only the later one has; of a changed object alone. */
  come: z.array(z.string()),
});
export type SchemaChange = z.infer<typeof schemaChangeSchema>;

/** What a schema backup found changed since the one before, as its manifest keeps it: the first of them, shortened. */
export const keptChangesSchema = z.object({
  since: backupIdSchema,
  /** All there are, those that were left out too. */
  total: z.int().nonnegative(),
  changes: z.array(schemaChangeSchema),
});
export type KeptChanges = z.infer<typeof keptChangesSchema>;

const mostChanges = 200;
const mostLines = 12;
const longestLine = 300;

/** As much of them as a manifest should hold; a diff of the two backups has all. */
export function keptChanges(since: string, changes: readonly SchemaChange[]): KeptChanges {
  const few = (lines: readonly string[]) => {
    const shown = lines.slice(0, mostLines).map((line) => line.slice(0, longestLine));
    return lines.length > mostLines ? [...shown, `… and ${lines.length - mostLines} more lines`] : shown;
  };
  const kept = changes.slice(0, mostChanges).map((change) => ({
    ...change,
    gone: few(change.gone),
    come: few(change.come),
  }));
  return { since, total: changes.length, changes: kept };
}
