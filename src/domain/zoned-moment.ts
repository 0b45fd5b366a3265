/** What stood on the clocks of a zone, as a moment. Once a year an hour is on them twice, and once one is never there. */
export type ZonedMoment =
  | { readonly kind: 'moment'; readonly at: Date }
  | { readonly kind: 'twice'; readonly first: Date; readonly second: Date }
  | { readonly kind: 'never' };

const day = 24 * 3_600_000;

/** `2026-11-28` and `16:00:45`, which may lack its seconds, on the clocks of `Asia/Kolkata`. */
export function momentOnClocks(zone: string, date: string, time: string): ZonedMoment {
  const [hours = '', minutes = '', seconds = '00'] = time.split(':');
  const wanted = `${date} ${hours.padStart(2, '0')}:${minutes}:${seconds}`;
  const asUtc = Date.parse(`${wanted.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) return { kind: 'never' };
  const offsets = new Set([asUtc - day, asUtc, asUtc + day].map((near) => offsetAt(zone, new Date(near))));
  const [first, second] = [...offsets]
    .map((offset) => new Date(asUtc - offset))
    .filter((at) => onClocks(zone, at) === wanted)
    .sort((a, b) => a.getTime() - b.getTime());
  if (!first) return { kind: 'never' };
  return second ? { kind: 'twice', first, second } : { kind: 'moment', at: first };
}

/** `2026-11-28 16:00:45`, as the clocks of the zone show it. */
export function onClocks(zone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...shown }).formatToParts(at);
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return `${get('year')}-${get('month')}-${get('day')} ${get('hour')}:${get('minute')}:${get('second')}`;
}

export function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
}

const two = '2-digit';
const shown = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two } as const;

/** How far its clocks are before UTC, in milliseconds. */
function offsetAt(zone: string, at: Date): number {
  return Date.parse(`${onClocks(zone, at).replace(' ', 'T')}Z`) - Math.floor(at.getTime() / 1000) * 1000;
}
