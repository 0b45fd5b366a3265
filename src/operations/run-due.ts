import { scheduler } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import {
  type DueDecision,
  decideDue,
  dueKey,
  lateAfterMilliseconds,
  type Schedule,
  type Scheduled,
  type ScheduledKind,
  scheduledKinds,
} from '../domain/schedule.ts';
import type { DueRow } from '../ports/state.ts';
import { type BackupRequest, type StartedJob, startBackup } from './start-backup.ts';
import type { World } from './world.ts';

export type BackupStarter = (world: World, request: BackupRequest) => StartedJob | Refusal;

export interface RunDueOptions {
  readonly start?: BackupStarter;
  /** Handed to every job that is started. */
  readonly signal?: AbortSignal;
}

/** A moment of a schedule that came, and what became of it. */
export interface DueRun {
  readonly kind: ScheduledKind;
  readonly source: string;
  readonly moment: Date;
  /** Moments that passed while nobody looked; this run stands for all of them. */
  readonly missed: number;
  readonly late: boolean;
  readonly result: StartedJob | Refusal;
}

/**
 * Starts whatever is due. A schedule that is seen for the first time owes nothing; moments missed while the bot was down are caught up once.
 *
 * Each moment starts at most one backup, whatever crashes: the job itself, stored with its start, tells that a moment was served.
 * The row is written after it, so a crash between the two neither repeats a backup nor loses one.
 */
export function runDue(world: World, now: Date, options: RunDueOptions = {}): DueRun[] {
  const promises = scheduledKinds.flatMap((kind) => {
    const schedule = world.schedules[kind];
    return schedule ? [...world.sources.keys()].map((source) => ({ kind, source, schedule })) : [];
  });
  forgetUnscheduled(world, promises);
  return promises.flatMap((promise) => tryToRun(world, promise, now, options) ?? []);
}

/** One that cannot be started must not keep the others waiting; its moment stays due and is tried again. */
function tryToRun(world: World, scheduled: Scheduled, now: Date, options: RunDueOptions): DueRun | undefined {
  try {
    return runSchedule(world, scheduled, now, options);
  } catch (error) {
    const { kind, source } = scheduled;
    world.log.error(
      { kind, source, error },
      'A scheduled backup could not be started; trying again with the next tick.',
    );
    return undefined;
  }
}

function runSchedule(
  world: World,
  { kind, source, schedule }: Scheduled,
  now: Date,
  { start = startBackup, signal }: RunDueOptions,
): DueRun | undefined {
  const key = dueKey({ kind, source });
  const zone = { ...(schedule.zone !== undefined && { zone: schedule.zone }) };
  const lookedAfter = () => {
    const dueAt = world.calendar.next(schedule.cron, now, zone);
    if (dueAt) world.state.due.put({ key, dueAt, handledUntil: now });
    else world.state.due.remove(key);
  };

  const row = world.state.due.get(key);
  if (!row || isFromTheFuture(row, now)) return void lookedAfter();
  const due = decide(world, schedule, zone, row, now);
  if (due.kind === 'nothing') {
    if (due.changed) lookedAfter();
    return undefined;
  }
  if (wasServed(world, { kind, source }, due.moment)) return void lookedAfter();

  const result = start(world, {
    principal: scheduler,
    kind,
    source,
    trigger: due.late ? 'catch-up' : 'schedule',
    due: { moment: due.moment, missed: due.missed },
    ...(signal && { signal }),
  });
  lookedAfter();
  const run: DueRun = { kind, source, moment: due.moment, missed: due.missed, late: due.late, result };
  record(world, run, now);
  return run;
}

type Decision = Exclude<DueDecision, { kind: 'nothing' }> | { kind: 'nothing'; changed: boolean };

/** `dueAt` was promised by the schedule as it was then. When the schedule says otherwise now, the old promise alone is owed, and only once it has passed. */
function decide(world: World, schedule: Schedule, zone: { zone?: string }, row: DueRow, now: Date): Decision {
  const promised = world.calendar.next(schedule.cron, row.handledUntil, zone);
  if (promised?.getTime() === row.dueAt.getTime()) {
    // Nearly every tick ends here, without asking for all moments.
    if (row.dueAt > now) return { kind: 'nothing', changed: false };
    const decision = decideDue(world.calendar.matches(schedule.cron, row.handledUntil, now, zone), now);
    return decision.kind === 'run' ? decision : { kind: 'nothing', changed: true };
  }
  if (row.dueAt > now) return { kind: 'nothing', changed: true };
  const late = now.getTime() - row.dueAt.getTime() > lateAfterMilliseconds;
  return { kind: 'run', moment: row.dueAt, missed: late ? 1 : 0, late };
}

/** A clock that was wrong for a while must not silence a schedule for years. A small step back is waited out, lest a moment run twice. */
function isFromTheFuture(row: DueRow, now: Date): boolean {
  return row.handledUntil.getTime() - now.getTime() > 60 * 60_000;
}

function wasServed(world: World, { kind, source }: Omit<Scheduled, 'schedule'>, moment: Date): boolean {
  return world.state.jobs
    .list({ source, kind: `${kind}-backup`, limit: 50 })
    .some((job) => (job.trigger === 'schedule' || job.trigger === 'catch-up') && job.startedAt >= moment);
}

/** Without this, a schedule that is taken away and given back would owe what came between. */
function forgetUnscheduled(world: World, promises: readonly Scheduled[]): void {
  const wanted = new Set(promises.map(dueKey));
  const ours = scheduledKinds.map((kind) => dueKey({ kind, source: '' }));
  for (const { key } of world.state.due.list()) {
    if (ours.some((prefix) => key.startsWith(prefix)) && !wanted.has(key)) world.state.due.remove(key);
  }
}

function record(world: World, { kind, source, moment, missed, late, result }: DueRun, now: Date): void {
  const facts = { kind, moment: moment.toISOString(), missed };
  const entry = { at: now, actor: scheduler.name, via: scheduler.via, source };
  if (result.kind === 'refused') {
    world.state.audit.append({ ...entry, action: 'schedule.refused', detail: { ...facts, reason: result.reason } });
    world.log.warn({ source, ...facts, reason: result.reason }, 'A scheduled backup was refused.');
  } else if (late) {
    world.state.audit.append({ ...entry, action: 'schedule.caught-up', subject: result.job.id, detail: facts });
    world.log.info({ source, ...facts, job: result.job.id }, 'Catching up a backup that was missed.');
  }
}
