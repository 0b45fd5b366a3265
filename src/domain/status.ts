import type { BackupKind } from './backup-id.ts';
import { type CatalogEntry, newestGood } from './catalog.ts';
import type { FailureFacts, Job, JobKind } from './job.ts';
import { formatAgo, formatDuration } from './measures.ts';
import { proofOverdue } from './proof-overdue.ts';
import { pointOf, type RecoveryPoint } from './recovery-point.ts';
import { assessRisk, type Risk } from './risk.ts';
import { lateAfterMilliseconds } from './schedule.ts';
import { formatInstant, formatPlanned } from './wording.ts';

/** What there is to know about a source, gathered before anything is judged. */
export interface StatusFacts {
  readonly source: string;
  readonly entries: readonly CatalogEntry[];
  /** Recent jobs of the source, newest first, running ones included. */
  readonly jobs: readonly Job[];
  /** Undefined when no full backup is scheduled. */
  readonly schedule?: FullSchedule;
  /** Keys for which nobody has said where their second copy lies. */
  readonly keysWithoutCopy: readonly { readonly id: string; readonly fingerprint: string }[];
}

export interface FullSchedule {
  /** The newest moment that was due, if any. */
  readonly lastDue?: Date;
  readonly next?: Date;
  /** A backup is to be restored for proof this often; undefined where nothing can be. */
  readonly proveEveryDays?: number;
}

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
  };
  /** The newest good backup of each kind there is. */
  readonly lastGood: readonly RecoveryPoint[];
  readonly running: readonly RunningJob[];
  readonly next: { readonly kind: BackupKind; readonly at: Date } | null;
  readonly warnings: readonly StatusWarning[];
  /** The last job that failed, unless a later one of its kind succeeded. */
  readonly lastFailure: LastFailure | null;
}

export interface RunningJob {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly startedAt: Date;
  readonly startedBy: string;
}

export interface LastFailure {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly at: Date;
  readonly failure: FailureFacts;
}

export interface StatusWarning {
  readonly code:
    | 'late'
    | 'never'
    | 'unproven'
    | 'found-bad'
    | 'no-schedule'
    | 'key-copy'
    | 'last-failed'
    | 'cut-off'
    | 'proof-overdue';
  readonly severity: 'warning' | 'critical';
  readonly text: string;
  readonly hint: string;
}

/** Judges how a source stands at `now`. Asks nobody. */
export function sourceStatus(facts: StatusFacts, now: Date): SourceStatus {
  const good = facts.entries.filter((entry) => entry.verified?.verdict !== 'bad');
  const fulls = good.filter((entry) => entry.kind === 'full').sort((a, b) => (a.id < b.id ? 1 : -1));
  const newest = pointOf(newestGood(facts.entries, 'full'));
  const newestProven = pointOf(newestGood(facts.entries, 'full', { proven: true }));
  const newestRestored = pointOf(fulls.find((entry) => entry.restoredAt !== null));
  const oldest = pointOf(fulls.at(-1));
  const risk = assessRisk(newest, newestProven, now);
  const running = facts.jobs.filter((job) => job.outcome === null);
  const lastFailure = unansweredFailure(facts.jobs);
  const judged = { newest, newestProven, newestRestored, oldest, running, lastFailure };
  const warnings = warningsOf(facts, judged, now);
  const next = facts.schedule?.next ? { kind: 'full' as const, at: facts.schedule.next } : null;
  return {
    source: facts.source,
    standing: standingOf(warnings),
    headline: headline(newest, newestProven, newestRestored, next, now),
    risk,
    recovery: { newest, newestProven, newestRestored, oldest, backups: good.length },
    lastGood: (['full', 'incremental', 'schema'] as const).flatMap(
      (kind) => pointOf(newestGood(facts.entries, kind)) ?? [],
    ),
    running: running.map(({ id, kind, startedAt, startedBy }) => ({ jobId: id, kind, startedAt, startedBy })),
    next,
    warnings,
    lastFailure,
  };
}

function headline(
  newest: RecoveryPoint | null,
  proven: RecoveryPoint | null,
  restored: RecoveryPoint | null,
  next: SourceStatus['next'],
  now: Date,
): string {
  const recoverable = newest
    ? `recoverable to ${formatInstant(newest.at, now)}, ${formatAgo(newest.at, now)}`
    : 'nothing to recover from yet';
  const planned = next
    ? `next full ${formatPlanned(next.at, now)} (in ${formatDuration(wholeMinutes(next.at, now))})`
    : 'no full backup is scheduled';
  const restores = restored?.restoredAt ? [`restored for proof ${formatAgo(restored.restoredAt, now)}`] : [];
  return [recoverable, ...(newest ? [provenWords(newest, proven, now)] : []), ...restores, planned].join(' · ');
}

function provenWords(newest: RecoveryPoint, proven: RecoveryPoint | null, now: Date): string {
  if (!proven?.provenAt) return 'not proven: no backup has been verified';
  if (proven.backupId === newest.backupId) return `proven ${formatAgo(proven.provenAt, now)}`;
  return `proven only to ${formatInstant(proven.at, now)}, ${formatAgo(proven.at, now)}`;
}

function wholeMinutes(at: Date, now: Date): number {
  return Math.max(60_000, Math.floor((at.getTime() - now.getTime()) / 60_000) * 60_000);
}

/** Is the newest full older than the schedule promised, though none is being taken? */
export function lateSince(
  schedule: FullSchedule | undefined,
  newest: RecoveryPoint | null,
  running: readonly Job[],
  now: Date,
): Date | undefined {
  const due = schedule?.lastDue;
  if (!due || now.getTime() - due.getTime() < lateAfterMilliseconds) return undefined;
  if (newest && newest.at >= due) return undefined;
  return running.some((job) => job.kind === 'full-backup') ? undefined : due;
}

interface Judged {
  readonly newest: RecoveryPoint | null;
  readonly newestProven: RecoveryPoint | null;
  readonly newestRestored: RecoveryPoint | null;
  readonly oldest: RecoveryPoint | null;
  readonly running: readonly Job[];
  readonly lastFailure: LastFailure | null;
}

function warningsOf(facts: StatusFacts, judged: Judged, now: Date): StatusWarning[] {
  const { newest, newestProven, newestRestored, oldest, running, lastFailure } = judged;
  const take = `Take one now: backup full ${facts.source}`;
  const warnings: StatusWarning[] = [];
  const late = lateSince(facts.schedule, newest, running, now);
  if (!newest) {
    warnings.push({ code: 'never', severity: 'critical', text: 'There is no good backup yet.', hint: `${take}.` });
  } else if (late) {
    const text = `The full backup due ${formatInstant(late, now)} is ${formatAgo(late, now).replace(/ ago$/, '')} late.`;
    warnings.push({ code: 'late', severity: 'critical', text, hint: `${take}.` });
  }
  const bad = facts.entries.filter((entry) => entry.verified?.verdict === 'bad');
  for (const entry of bad.slice(0, 3)) {
    const text = `Verification found ${entry.id} bad.`;
    // One that newer proven backups have outlived is a pity, not a danger.
    const severity = newestProven && newestProven.backupId > entry.id ? 'warning' : 'critical';
    warnings.push({ code: 'found-bad', severity, text, hint: `See what is wrong: show ${entry.id}.` });
  }
  if (newest && !newest.provenAt) {
    const text = newestProven ? 'The newest backup is not verified.' : 'No backup has been verified.';
    const severity = newestProven ? 'warning' : 'critical';
    warnings.push({ code: 'unproven', severity, text, hint: `Prove it: verify ${newest.backupId}.` });
  }
  const proofs = {
    restoredAt: newestRestored?.restoredAt,
    oldestBackup: oldest?.at,
    everyDays: facts.schedule?.proveEveryDays,
  };
  const overdue = proofOverdue(proofs, now);
  if (overdue && newest) {
    const hint = `Do it now: verify ${newest.backupId} --deep.`;
    warnings.push({ code: 'proof-overdue', severity: 'warning', text: overdue, hint });
  }
  if (lastFailure) warnings.push(failureWarning(lastFailure, now));
  if (!facts.schedule) {
    const hint = 'Set schedules.full in the configuration.';
    warnings.push({ code: 'no-schedule', severity: 'warning', text: 'No full backup is scheduled.', hint });
  }
  for (const key of facts.keysWithoutCopy) {
    const text = `Nobody has said where the second copy of key ${key.id} (${key.fingerprint}) lies; without the key no backup can be read.`;
    warnings.push({
      code: 'key-copy',
      severity: 'warning',
      text,
      hint: `In a shell: tidemark keys confirm-copy ${key.id} "where it lies".`,
    });
  }
  return warnings;
}

function failureWarning({ kind, at, failure }: LastFailure, now: Date): StatusWarning {
  const work = kind === 'full-backup' ? 'full backup' : 'verification';
  if (failure.code === 'cut-off') {
    const text = `The last ${work} was abandoned ${formatAgo(at, now)}: the process that ran it died.`;
    return { code: 'cut-off', severity: 'warning', text, hint: failure.hint };
  }
  const text = `The last ${work} failed ${formatAgo(at, now)}: ${failure.message}`;
  return { code: 'last-failed', severity: 'warning', text, hint: failure.hint };
}

/** The newest failed job that no later job of its kind made good. */
function unansweredFailure(jobs: readonly Job[]): LastFailure | null {
  for (const kind of ['full-backup', 'verification'] as const) {
    const last = jobs.find((job) => job.kind === kind && job.outcome !== null && job.outcome.kind !== 'cancelled');
    const failure = last && failureOf(last);
    if (last && failure) return { jobId: last.id, kind, at: last.finishedAt ?? last.startedAt, failure };
  }
  return null;
}

/** What went wrong with a job, cut-off included; undefined when nothing did. */
export function failureOf(job: Pick<Job, 'outcome' | 'kind'>): FailureFacts | undefined {
  if (job.outcome?.kind === 'failed') return job.outcome.failure;
  if (job.outcome?.kind !== 'cut-off') return undefined;
  return {
    code: 'cut-off',
    message: 'The process that ran it died before it was done.',
    hint: job.kind === 'full-backup' ? 'Nothing half-made is listed. Start it again.' : 'Start it again.',
    retryable: true,
  };
}

function standingOf(warnings: readonly StatusWarning[]): SourceStatus['standing'] {
  if (warnings.some((warning) => warning.severity === 'critical')) return 'critical';
  return warnings.length > 0 ? 'warning' : 'good';
}
