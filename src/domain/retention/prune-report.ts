import { z } from 'zod';
import { backupKinds } from '../backup-id.ts';

/** What pruning did to a source, kept so that whoever shows it can: Slack, though the shell did it. Sizes are bytes. */
export const pruneReportSchema = z.object({
  source: z.string(),
  at: z.iso.datetime(),
  /** Principal name. */
  by: z.string(),
  removed: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(backupKinds),
      bytes: z.number().nonnegative(),
      repository: z.string(),
      why: z.string(),
    }),
  ),
  binlogs: z.array(z.object({ repository: z.string(), files: z.int().positive(), bytes: z.number().nonnegative() })),
  locked: z.array(z.object({ id: z.string(), repository: z.string(), until: z.iso.datetime().nullable() })),
  obstacles: z.array(z.object({ repository: z.string(), message: z.string(), hint: z.string() })),
  /** How many backups were given up days ago, and the place has not cleared them away. */
  lingering: z.array(z.object({ repository: z.string(), backups: z.int().positive() })),
});
export type PruneReport = z.infer<typeof pruneReportSchema>;

/** Is there anything to tell? */
export function isWorthTelling({ removed, binlogs, locked, obstacles, lingering }: PruneReport): boolean {
  return [removed, binlogs, locked, obstacles, lingering].some((each) => each.length > 0);
}

export function pruneNote(source: string): string {
  return `prune:${source}`;
}

/** The reports of a note, oldest first. */
export function readPruneReports(note: string | undefined): PruneReport[] {
  if (note === undefined) return [];
  const parsed = z.array(pruneReportSchema).safeParse(JSON.parse(note));
  return parsed.success ? parsed.data : [];
}

const mostReports = 5;

export function withPruneReport(note: string | undefined, report: PruneReport): string {
  return JSON.stringify([...readPruneReports(note), report].slice(-mostReports));
}
