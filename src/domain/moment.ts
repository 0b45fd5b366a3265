import { Failure } from './failure.ts';

const written = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const ago = /^(\d{1,4})\s*(s|min|m|h|d)(?: ago)?$/i;
const milliseconds: Record<string, number> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as people type it: `2026-11-28 02:30`, in UTC unless a zone is named, or `2h` for so long ago. Failure `usage`. */
export function parseMoment(typed: string, now: Date): Date {
  const [, amount, unit = ''] = ago.exec(typed.trim()) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (milliseconds[unit.toLowerCase()] ?? 0));
  const [, day, time = '00:00', zone = 'Z'] = written.exec(typed.trim()) ?? [];
  const offset = /^(Z|UTC)$/i.test(zone) ? 'Z' : zone.replace(/^(.{3})(\d{2})$/, '$1:$2');
  const at = new Date(day === undefined ? Number.NaN : `${day}T${time}${offset}`);
  // A day that there is not, like 2026-02-30, is another one to the clock.
  const isReal =
    day !== undefined &&
    !Number.isNaN(new Date(`${day}T00:00Z`).getTime()) &&
    new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  if (isReal && !Number.isNaN(at.getTime())) return at;
  throw new Failure('usage', `${typed} is no moment.`, {
    hint: 'Write it like "2026-11-28 02:30", which is UTC, "2026-11-28T02:30:00+05:30", or 2h for two hours ago.',
  });
}
