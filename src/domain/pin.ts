import { z } from 'zod';
import { backupIdSchema } from './backup-id.ts';
import { Failure } from './failure.ts';
import { formatDay } from './measures.ts';

/** Why a backup is kept beyond its time, and until when; without an end until somebody releases it. */
export const pinSchema = z.object({
  reason: z.string(),
  until: z.iso.datetime().nullable(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type Pin = z.infer<typeof pinSchema>;

/** That somebody pinned a backup, or released it: an authenticated object `facts/pin-<time>`. The newest one counts. */
export const pinFactSchema = z.object({
  formatVersion: z.literal(1),
  fact: z.literal('pin'),
  backupId: backupIdSchema,
  at: z.iso.datetime(),
  by: z.string(),
  /** Null: released. */
  pinned: pinSchema.pick({ reason: true, until: true }).nullable(),
});
export type PinFact = z.infer<typeof pinFactSchema>;

/** What holds after these, in any order; null where nothing is pinned. */
export function pinAfter(facts: readonly PinFact[]): Pin | null {
  const newest = [...facts].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))).at(-1);
  return newest?.pinned ? { ...newest.pinned, by: newest.by, at: newest.at } : null;
}

/** Does the pin still hold? */
export function isPinned(pin: Pin | null, now: Date): pin is Pin {
  return pin !== null && (pin.until === null || Date.parse(pin.until) > now.getTime());
}

/** The longest reason, in characters: it is shown wherever the backup is. */
export const longestPinReason = 300;

/** The end of a pin as people write it: `2027-03-01` is that whole day, in UTC; or a moment with its zone. Failure `usage` for anything else, and for what is past. */
export function parsePinEnd(text: string, now: Date): Date {
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  const moment = z.iso.datetime({ offset: true }).safeParse(day ? `${text}T23:59:59Z` : text);
  if (!moment.success) {
    throw new Failure('usage', `${text} is no day.`, { hint: 'Write it like 2027-03-01.' });
  }
  const end = new Date(moment.data);
  if (end > now) return end;
  throw new Failure('usage', `${text} is past.`, {
    hint: 'Name a day to come, or none to keep it until it is released.',
  });
}

/** `pinned by asha until 2027-03-01: before the migration` */
export function pinWords({ reason, until, by }: Pick<Pin, 'reason' | 'until' | 'by'>): string {
  const end = until === null ? '' : ` until ${formatDay(new Date(until))}`;
  return `pinned by ${by}${end}: ${reason}`;
}
