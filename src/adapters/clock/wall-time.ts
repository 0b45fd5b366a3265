/** What a clock on the wall shows; months from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

export function wallTime(at: Date, zone: string): WallTime {
  const shown = new Date(at.getTime() + offset(at.getTime(), zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
}

/** The same time some days later, or earlier. */
export function dayAfter(wall: WallTime, days: number): WallTime {
  const date = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  return { ...wall, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/**
 * When the wall shows this, in milliseconds: once as a rule. When the clocks go back it is shown twice, when they go forward never.
 * With `literally` the answer is then both or none; otherwise the first, or the moment as long after the leap as was meant before it.
 */
export function momentOf(wall: WallTime, zone: string, literally: boolean): number[] {
  const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);
  const before = offset(shown - dayMilliseconds, zone);
  const after = offset(shown + dayMilliseconds, zone);
  if (before === after) return [shown - before];

  const candidates = [shown - before, shown - after].sort((a, b) => a - b);
  const real = candidates.filter((moment) => moment + offset(moment, zone) === shown);
  if (literally) return real;
  return real.length > 0 ? real.slice(0, 1) : [shown - before];
}

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

const dayMilliseconds = 24 * 60 * 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall clock minus UTC, milliseconds. */
function offset(at: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const format = formats.get(zone) ?? newFormat(zone);
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const whole = Math.floor(at / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
}

function newFormat(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}
