import { type RecoverablePlace, recoverablePlaces } from './binlog/binlog-status.ts';
import { type CatalogEntry, isReadable, newestGood } from './catalog.ts';
import { type CopyState, copyState } from './copies/copy-status.ts';
import type { JobKind } from './job.ts';
import { type LastFailure, unansweredFailure } from './job-failure.ts';
import { formatAge, formatAgo, formatDuration } from './measures.ts';
import { pointOf, type RecoveryPoint } from './recovery-point.ts';
import { assessRisk, type Risk } from './risk.ts';
import { type ScheduledKind, scheduledKinds } from './schedule.ts';
import type { StatusFacts } from './status-facts.ts';
import type { StatusWarning } from './status-warning.ts';
import { warningsOf } from './status-warnings.ts';
import { formatInstant, formatPlanned } from './wording.ts';

/** How a source stands, leading with what people fear: how near to now and how far back can it be recovered, and is that proven. */
export interface SourceStatus {
  readonly source: string;
  readonly standing: 'good' | 'warning' | 'critical';
  /** `recoverable to 02:00:14 UTC, 3 h ago · proven 3 h ago · next full 02:00 UTC (in 20 h 58 min)` */
  readonly headline: string;
  /** What a crash right now would cost. */
  readonly risk: Risk;
  readonly recovery: {
    /** The newest backup that no verification found bad. */
    readonly newest: RecoveryPoint | null;
    /** The newest that a verification found good. */
    readonly newestProven: RecoveryPoint | null;
    /** The newest that was restored for proof. */
    readonly newestRestored: RecoveryPoint | null;
    readonly oldest: RecoveryPoint | null;
    readonly backups: number;
    /** Listed, and not to be read any more. */
    readonly shredded: number;
    /** How near to now each repository leads, by the binlogs that it has. */
    readonly places: readonly RecoverablePlace[];
  };
  /** The newest good backup of each kind there is. */
  readonly lastGood: readonly RecoveryPoint[];
  readonly running: readonly RunningJob[];
  /** The next scheduled run of each kind, the soonest first. */
  readonly next: readonly NextRun[];
  /** Where else the backups lie, and how far behind each place is. */
  readonly copies: readonly CopyState[];
  readonly warnings: readonly StatusWarning[];
  /** The last job that failed, unless a later one of its kind succeeded. */
  readonly lastFailure: LastFailure | null;
}

export interface NextRun {
  readonly kind: ScheduledKind;
  readonly at: Date;
}

export interface RunningJob {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly startedAt: Date;
  readonly startedBy: string;
}

/** Judges how a source stands at `now`. Asks nobody. */
export function sourceStatus(facts: StatusFacts, now: Date): SourceStatus {
  const good = facts.entries.filter((entry) => isReadable(entry) && entry.verified?.verdict !== 'bad');
  const shredded = facts.entries.filter((entry) => !isReadable(entry)).length;
  const fulls = good.filter((entry) => entry.kind === 'full').sort((a, b) => (a.id < b.id ? 1 : -1));
  const point = (entry: CatalogEntry | undefined) => pointOf(entry, facts.binlogs);
  const newest = point(newestGood(facts.entries, 'full'));
  const newestProven = point(newestGood(facts.entries, 'full', { proven: true }));
  const newestRestored = point(fulls.find((entry) => entry.restoredAt !== null));
  const oldest = point(fulls.at(-1));
  const risk = assessRisk(newest, newestProven, now);
  const running = facts.jobs.filter((job) => job.outcome === null);
  const lastFailure = unansweredFailure(facts.jobs);
  const judged = { newest, newestProven, newestRestored, oldest, lastFailure };
  const warnings = warningsOf(facts, judged, now);
  const next = nextRuns(facts);
  return {
    source: facts.source,
    standing: standingOf(warnings),
    headline: headline(newest, newestProven, newestRestored, next, now),
    risk,
    recovery: {
      newest,
      newestProven,
      newestRestored,
      oldest,
      backups: good.length,
      shredded,
      places: recoverablePlaces(facts.binlogs),
    },
    lastGood: (['full', 'incremental', 'schema'] as const).flatMap(
      (kind) => point(newestGood(facts.entries, kind)) ?? [],
    ),
    running: running.map(({ id, kind, startedAt, startedBy }) => ({ jobId: id, kind, startedAt, startedBy })),
    next,
    copies: (facts.copies ?? []).map((copy) => copyState(copy, now)),
    warnings,
    lastFailure,
  };
}

function nextRuns({ schedules }: StatusFacts): NextRun[] {
  const runs = scheduledKinds.flatMap((kind) => {
    const at = schedules[kind]?.next;
    return at ? [{ kind, at }] : [];
  });
  return runs.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function headline(
  newest: RecoveryPoint | null,
  proven: RecoveryPoint | null,
  restored: RecoveryPoint | null,
  next: SourceStatus['next'],
  now: Date,
): string {
  const recoverable = newest
    ? `recoverable to ${formatInstant(newest.through, now)}, ${ageOf(newest, now)}`
    : 'nothing to recover from yet';
  const full = next.find(({ kind }) => kind === 'full');
  const planned = full
    ? `next full ${formatPlanned(full.at, now)} (in ${formatDuration(wholeMinutes(full.at, now))})`
    : 'no full backup is scheduled';
  const restores = restored?.restoredAt ? [`restored for proof ${formatAgo(restored.restoredAt, now)}`] : [];
  return [recoverable, ...(newest ? [provenWords(newest, proven, now)] : []), ...restores, planned].join(' · ');
}

function provenWords(newest: RecoveryPoint, proven: RecoveryPoint | null, now: Date): string {
  if (!proven?.provenAt) return 'not proven: no backup has been verified';
  if (proven.through >= newest.through) return `proven ${formatAgo(proven.provenAt, now)}`;
  return `proven only to ${formatInstant(proven.through, now)}, ${ageOf(proven, now)}`;
}

/** Seconds count where binlogs are streamed. */
function ageOf({ at, through }: RecoveryPoint, now: Date): string {
  return through > at ? formatAge(through, now) : formatAgo(at, now);
}

function wholeMinutes(at: Date, now: Date): number {
  return Math.max(60_000, Math.floor((at.getTime() - now.getTime()) / 60_000) * 60_000);
}

function standingOf(warnings: readonly StatusWarning[]): SourceStatus['standing'] {
  if (warnings.some((warning) => warning.severity === 'critical')) return 'critical';
  return warnings.length > 0 ? 'warning' : 'good';
}
