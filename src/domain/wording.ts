/** Moments and lists as sentences want them; sizes, durations and counts are in `measures.ts`. */

/** `02:00:14 UTC` on the day of `now`, `2026-11-22 02:00:14 UTC` on any other. Seconds matter in a recovery point. */
export function formatInstant(at: Date, now: Date): string {
  const [day, time] = at.toISOString().split('T') as [string, string];
  const clock = `${time.slice(0, 8)} UTC`;
  return day === now.toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
}

/** `02:00 UTC` within a day of `now`, otherwise with its date: for what is planned to the minute. */
export function formatPlanned(at: Date, now: Date): string {
  const iso = at.toISOString();
  const clock = `${iso.slice(11, 16)} UTC`;
  return Math.abs(at.getTime() - now.getTime()) < 24 * 3_600_000 ? clock : `${iso.slice(0, 10)} ${clock}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** `Full backup` for `full backup`: how a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a full backup`, `an incremental backup`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** At most `longest` UTF-16 units, as Slack counts, the last an ellipsis when some are left out. Never cuts an emoji in two. */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const kept: string[] = [];
  let length = 0;
  for (const { segment } of graphemes.segment(text)) {
    if (length + segment.length > longest - 1) break;
    kept.push(segment);
    length += segment.length;
  }
  return `${kept.join('').trimEnd()}…`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
