/** How sizes, times and numbers are written for people, the same in a shell and in Slack. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `0 B`, `640 B`, `1.5 MiB`, `23 GiB`: binary units, two significant digits below ten. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // 1023.6 would be written as 1024: step up before that shows.
  while (Math.round(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value).toString();
  return `${digits} ${units[unit]}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** `1,234,567` */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `3 tables`, `1 table` */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `2026-11-23 02:00 UTC` */
export function formatMoment(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2026-11-23`, in UTC. */
export function formatDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/** `just now`, `5 min ago`, `3 h ago`, `2 d ago`; `in 5 min` for what is to come. */
export function formatAgo(at: Date, now: Date): string {
  const away = now.getTime() - at.getTime();
  const size = Math.abs(away);
  if (size < 45_000) return away < 0 ? 'in a moment' : 'just now';
  const minutes = Math.round(size / 60_000);
  const hours = Math.round(size / 3_600_000);
  const text = minutes < 60 ? `${minutes} min` : hours < 48 ? `${hours} h` : `${Math.round(size / 86_400_000)} d`;
  return away < 0 ? `in ${text}` : `${text} ago`;
}

/** `4 s ago` within a minute, otherwise as `formatAgo`: for how near to now something is. */
export function formatAge(at: Date, now: Date): string {
  const away = now.getTime() - at.getTime();
  return away < 60_000 ? `${Math.max(0, Math.round(away / 1000))} s ago` : formatAgo(at, now);
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
