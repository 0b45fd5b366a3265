import { newestGood } from './catalog.ts';
import { backupKindMade, jobNames } from './job.ts';
import { formatAgo } from './measures.ts';
import { lateAfterMilliseconds, type ScheduledKind } from './schedule.ts';
import type { StatusFacts } from './status-facts.ts';
import { formatInstant } from './wording.ts';

/** Since when a scheduled backup is owed: the newest good one of its kind is older than the schedule promised, though none is being taken. */
export function lateSince(facts: StatusFacts, kind: ScheduledKind, now: Date): Date | undefined {
  const due = facts.schedules[kind]?.lastDue;
  if (!due || now.getTime() - due.getTime() < lateAfterMilliseconds) return undefined;
  const newest = newestGood(facts.entries, kind);
  if (newest && new Date(newest.snapshotAt) >= due) return undefined;
  if (facts.jobs.some((job) => job.outcome === null && backupKindMade[job.kind] === kind)) return undefined;
  return kind === 'full' || wasOwed(facts, kind, due) ? due : undefined;
}

/** `The schema backup due 2026-11-22 03:00:00 UTC is 26 h late.` */
export function lateWords(kind: ScheduledKind, due: Date, now: Date): string {
  return `The ${jobNames[`${kind}-backup`]} due ${formatInstant(due, now)} is ${formatAgo(due, now).replace(/ ago$/, '')} late.`;
}

/** A schedule that is new owes nothing for moments before it. */
function wasOwed({ entries, jobs, schedules }: StatusFacts, kind: ScheduledKind, due: Date): boolean {
  const promised = schedules[kind]?.promised;
  return (
    (promised !== undefined && promised <= due) ||
    entries.some((entry) => entry.kind === kind) ||
    jobs.some((job) => backupKindMade[job.kind] === kind && job.due !== undefined)
  );
}
