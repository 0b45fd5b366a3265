import { z } from 'zod';
import { failureFactsSchema } from '../job.ts';

/** How a source's binlogs stand: written by whoever streams them, read by everybody. Times are ISO 8601 in UTC. */

const time = z.iso.datetime();
const place = z.object({ timeline: z.string(), file: z.string(), end: z.int() });

export const coverageSchema = z.object({
  repository: z.string(),
  /** The end of what it has, and the latest moment, by the server's clock, whose state that brings back. Null while there is nothing. */
  end: place.nullable(),
  throughAt: time.nullable(),
  /** How far each backup can be rolled forward, the newest first. */
  reaches: z.array(z.object({ backupId: z.string(), from: time, to: time })),
  gaps: z.array(
    z.object({
      after: time,
      before: time,
      reason: z.enum(['missing', 'incident', 'first', 'other-server', 'reset', 'diverged']),
    }),
  ),
});
export type Coverage = z.infer<typeof coverageSchema>;

export const standingSchema = z.object({
  /** When this was written, by the clock of who streams. */
  at: time,
  /** `waiting`: something is in the way, see `trouble`; it is tried again and again. */
  state: z.enum(['starting', 'catching-up', 'streaming', 'waiting', 'stopped']),
  /** Where the server writes. */
  server: z.object({ file: z.string(), offset: z.int() }).nullable(),
  /** A moment, by the server's clock, at which the primary had all that the server had then executed. */
  heldAllAt: time.nullable(),
  coverage: z.array(coverageSchema),
  /** Ids of the keys under which whoever streams wraps the keys of new days. */
  encryptsUnder: z.array(z.string()),
  /** After how many seconds the server purges a closed file; 0 where it never does by itself. */
  expireSeconds: z.number(),
  trouble: failureFactsSchema.extend({ since: time }).nullable(),
});
export type BinlogStanding = z.infer<typeof standingSchema>;

/** The note in the state that holds it. */
export function standingNote(source: string): string {
  return `binlog:${source}`;
}

/** The lease of whoever streams a source's binlogs. */
export function streamLease(source: string): string {
  return `binlog:${source}`;
}
