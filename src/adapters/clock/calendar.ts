import { createTask, parse, validateDetailed } from 'node-cron';
import type { Calendar } from '../../ports/clock.ts';
import { dayAfter, isZone, momentOf, type WallTime, wallTime } from './wall-time.ts';

/**
 * Which moments match a cron expression. node-cron says which days, hours and minutes; a wall time becomes a moment as people mean it:
 * at 02:30 each night runs once a night, also when the clocks go forward over it (then as much later) and when they go back through it (then the first time).
 * What runs every hour follows the hours that really pass.
 */
export function calendar(): Calendar {
  return {
    matches(cron, after, until, { zone = 'UTC', limit = 1000 } = {}) {
      const rule = ruleOf(cron);
      const from = Math.max(after.getTime(), until.getTime() - longestLookBack);
      const found: Date[] = [];
      // Newest first, so that years of downtime cost no more than `limit` moments.
      const first = dayAfter(wallTime(new Date(from), zone), -1);
      for (let day = dayAfter(wallTime(until, zone), 1); isNotAfter(first, day); day = dayAfter(day, -1)) {
        for (const moment of momentsOn(day, rule, zone).reverse()) {
          if (moment.getTime() <= from) return found.reverse();
          if (moment <= until) found.push(moment);
          if (found.length === limit) return found.reverse();
        }
      }
      return found.reverse();
    },

    next(cron, after, { zone = 'UTC' } = {}) {
      const rule = ruleOf(cron);
      let day = dayAfter(wallTime(after, zone), -1);
      for (let days = 0; days < longestWaitDays; days += 1) {
        const moment = momentsOn(day, rule, zone).find((each) => each > after);
        if (moment) return moment;
        day = dayAfter(day, 1);
      }
      return undefined;
    },

    problem(cron, zone = 'UTC') {
      if (!isZone(zone)) return `${JSON.stringify(zone)} is not a time zone; write it like Europe/Berlin or UTC.`;
      if (cron.trim().split(/\s+/).length !== 5) {
        return `${JSON.stringify(cron)} does not have the five fields minute, hour, day of month, month, day of week.`;
      }
      const { valid, errors } = validateDetailed(cron);
      if (valid) return undefined;
      return `${JSON.stringify(cron)} is wrong: ${errors.map((error) => error.message).join('; ')}.`;
    },
  };
}

/** Older moments are nobody's business any more: retention asks for backups, not for schedules. */
const longestLookBack = 35 * 24 * 60 * 60_000;
/** A leap day may be eight years away. */
const longestWaitDays = 8 * 366 + 2;

interface Rule {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly everyHour: boolean;
  matchesDay(day: WallTime): boolean;
}

const rules = new Map<string, Rule>();

function ruleOf(cron: string): Rule {
  const known = rules.get(cron);
  if (known) return known;
  const { hour, minute } = parse(cron);
  const hours = inOrder(hour);
  const minutes = inOrder(minute);
  // Never started: it only answers. Wall times are put to it as though they were UTC.
  const task = createTask(cron, () => undefined, { timezone: 'UTC' });
  const [firstHour = 0] = hours;
  const [firstMinute = 0] = minutes;
  const rule: Rule = {
    hours,
    minutes,
    everyHour: hours.length === 24,
    matchesDay: ({ year, month, day }) => task.match(new Date(Date.UTC(year, month - 1, day, firstHour, firstMinute))),
  };
  rules.set(cron, rule);
  return rule;
}

/** The moments of one local day, oldest first. */
function momentsOn(day: WallTime, rule: Rule, zone: string): Date[] {
  if (!rule.matchesDay(day)) return [];
  const moments = new Set<number>();
  for (const hour of rule.hours) {
    for (const minute of rule.minutes) {
      for (const moment of momentOf({ ...day, hour, minute }, zone, rule.everyHour)) moments.add(moment);
    }
  }
  return inOrder([...moments]).map((moment) => new Date(moment));
}

function isNotAfter(a: WallTime, b: WallTime): boolean {
  return Date.UTC(a.year, a.month - 1, a.day) <= Date.UTC(b.year, b.month - 1, b.day);
}

function inOrder(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
