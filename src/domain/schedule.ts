/** The kinds of backup that can be scheduled, in the order in which those due at one moment start. */
export const scheduledKinds = ['full', 'incremental', 'schema'] as const;
export type ScheduledKind = (typeof scheduledKinds)[number];

/** What runs by itself, by kind of backup. Cron expressions have five fields and are in UTC unless a zone is named. */
export type Schedules = Readonly<Partial<Record<ScheduledKind, Schedule>>>;

export interface Schedule {
  readonly cron: string;
  readonly zone?: string;
  /** Days that a backup is kept. */
  readonly keepDays: number;
  /** Of full backups: days between two restores for proof, where there are scratch servers; a week when left out. */
  readonly proveEveryDays?: number;
  /** Of incremental ones: binlogs are shipped all the time, not only when a backup is due. */
  readonly stream?: boolean;
}

/** One kind of backup of one source. */
export interface Scheduled {
  readonly kind: ScheduledKind;
  readonly source: string;
  readonly schedule: Schedule;
}

/** The key of its due row. */
export function dueKey({ kind, source }: Omit<Scheduled, 'schedule'>): string {
  return `${kind}:${source}`;
}

export type DueDecision =
  | { kind: 'nothing' }
  /** Run once; `missed` tells how many moments passed while nobody looked, the last of them being `moment`. */
  | { kind: 'run'; moment: Date; missed: number; late: boolean };

/** A moment that is older than this when it is noticed was missed while the bot was down. */
export const lateAfterMilliseconds = 5 * 60_000;

/** Decides what is owed for moments that matched since the schedule was last looked after: many missed ones are caught up once. */
export function decideDue(matches: readonly Date[], now: Date): DueDecision {
  const moment = matches.at(-1);
  if (!moment) return { kind: 'nothing' };
  const late = now.getTime() - moment.getTime() > lateAfterMilliseconds;
  return { kind: 'run', moment, missed: late ? matches.length : matches.length - 1, late };
}
