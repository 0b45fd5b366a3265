import { z } from 'zod';
import { backupIdSchema } from './backup-id.ts';
import { formatDay } from './measures.ts';

/** Why a backup is kept beyond its time, and until when; without an end until somebody releases it. */
export interface Pin {
  readonly reason: string;
  readonly until?: Date;
  readonly by: string;
  readonly at: Date;
}

/** That somebody pinned a backup, or released it: an authenticated object `facts/pin-<time>`. The newest one counts. */
export const pinFactSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('pin'),
  backupId: backupIdSchema,
  at: z.iso.datetime(),
  by: z.string(),
  /** Null: released. */
  pinned: z.object({ reason: z.string(), until: z.iso.datetime().nullable() }).nullable(),
});
export type PinFact = z.infer<typeof pinFactSchema>;

/** A pin as the catalog keeps it. */
export const storedPinSchema = z.object({
  reason: z.string(),
  until: z.iso.datetime().nullable(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type StoredPin = z.infer<typeof storedPinSchema>;

/** What holds after these, in any order; null where nothing is pinned. */
export function pinAfter(facts: readonly PinFact[]): StoredPin | null {
  const newest = [...facts].sort((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  return newest?.pinned ? { ...newest.pinned, by: newest.by, at: newest.at } : null;
}

export function pinOf(stored: StoredPin | null): Pin | undefined {
  if (!stored) return undefined;
  const { reason, until, by, at } = stored;
  return { reason, by, at: new Date(at), ...(until !== null && { until: new Date(until) }) };
}

/** Does the pin still hold? */
export function isPinned(pin: Pin | undefined, now: Date): pin is Pin {
  return pin !== undefined && (pin.until === undefined || pin.until > now);
}

/** `pinned by asha until 2027-03-01: before the migration` */
export function pinWords({ reason, until, by }: Pick<Pin, 'reason' | 'until' | 'by'>): string {
  const end = until ? ` until ${formatDay(until)}` : '';
  return `pinned by ${by}${end}: ${reason}`;
}
