import { z } from 'zod';

const time = z.iso.datetime();

/** Up to where somebody wants to have it back. */
export const wantedEndSchema = z.discriminatedUnion('kind', [
  /** As near to now as the binlogs lead. */
  z.object({ kind: z.literal('chain-end') }),
  /** The backup alone. */
  z.object({ kind: z.literal('backup') }),
  /** Every transaction that was surely over by then. Binlogs know whole seconds. */
  z.object({ kind: z.literal('moment'), at: time }),
  /** Until all of these are in, and no further. */
  z.object({ kind: z.literal('gtid'), set: z.string() }),
  /** To just before the transaction that has this place, or this GTID. */
  z.object({
    kind: z.literal('before-statement'),
    place: z.object({ file: z.string(), position: z.int().nonnegative() }).optional(),
    gtid: z.string().optional(),
  }),
]);
export type WantedEnd = z.infer<typeof wantedEndSchema>;

/** Where that is in the binlogs. The chain may grow past it: nothing changes. */
export const plannedEndSchema = z.object({
  /** Undefined where no binlog is replayed. */
  place: z.object({ timeline: z.string(), file: z.string(), end: z.int() }).optional(),
  /** The state that comes back is of this moment, by the server's clock. */
  at: time,
  /** What was executed by then. */
  history: z.string(),
});
export type PlannedEnd = z.infer<typeof plannedEndSchema>;
