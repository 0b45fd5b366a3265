import { binlogWarnings } from './binlog/binlog-status.ts';
import { isReadable } from './catalog.ts';
import { copyWarnings } from './copies/copy-status.ts';
import { jobNames } from './job.ts';
import type { LastFailure } from './job-failure.ts';
import { lateSince, lateWords } from './late.ts';
import { formatAgo } from './measures.ts';
import { proofOverdue } from './proof-overdue.ts';
import type { RecoveryPoint } from './recovery-point.ts';
import { pinWarnings, storageWarnings } from './retention-warnings.ts';
import { unfinishedShreddings } from './shredding.ts';
import type { StatusFacts } from './status-facts.ts';
import type { StatusWarning } from './status-warning.ts';

interface Judged {
  readonly newest: RecoveryPoint | null;
  readonly newestProven: RecoveryPoint | null;
  readonly newestRestored: RecoveryPoint | null;
  readonly oldest: RecoveryPoint | null;
  readonly lastFailure: LastFailure | null;
}

/** What of a source wants somebody's attention. */
export function warningsOf(facts: StatusFacts, judged: Judged, now: Date): StatusWarning[] {
  const { newest, newestProven, newestRestored, oldest, lastFailure } = judged;
  const take = `Take one now: backup full ${facts.source}`;
  const warnings: StatusWarning[] = [];
  const late = lateSince(facts, 'full', now);
  if (!newest) {
    warnings.push({ code: 'never', severity: 'critical', text: 'There is no good backup yet.', hint: `${take}.` });
  } else if (late) {
    warnings.push({ code: 'late', severity: 'critical', text: lateWords('full', late, now), hint: `${take}.` });
  }
  const lateSchema = lateSince(facts, 'schema', now);
  if (lateSchema) {
    // Nobody loses rows by it.
    const hint = `Take one now: backup schema ${facts.source}.`;
    warnings.push({ code: 'late', severity: 'warning', text: lateWords('schema', lateSchema, now), hint });
  }
  const bad = facts.entries.filter((entry) => isReadable(entry) && entry.verified?.verdict === 'bad');
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
    everyDays: facts.proveEveryDays,
  };
  const overdue = proofOverdue(proofs, now);
  if (overdue && newest) {
    const hint = `Do it now: verify ${newest.backupId} --deep.`;
    warnings.push({ code: 'proof-overdue', severity: 'warning', text: overdue, hint });
  }
  for (const unfinished of unfinishedShreddings(facts.entries).slice(0, 3)) {
    warnings.push({ code: 'shred-unfinished', severity: 'warning', ...unfinished });
  }
  warnings.push(...binlogWarnings(facts.binlogs, { source: facts.source, hasFull: newest !== null }, now));
  warnings.push(...copyWarnings(facts.copies ?? [], now));
  if (lastFailure) warnings.push(failureWarning(lastFailure, now));
  if (!facts.schedules.full) {
    const hint = 'Set schedules.full in the configuration.';
    warnings.push({ code: 'no-schedule', severity: 'warning', text: 'No full backup is scheduled.', hint });
  }
  if (facts.storage) warnings.push(...storageWarnings(facts.storage));
  warnings.push(...pinWarnings(facts.entries, facts.retention ?? {}, now));
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
  const work = jobNames[kind];
  if (failure.code === 'cut-off') {
    const text = `The last ${work} was abandoned ${formatAgo(at, now)}: the process that ran it died.`;
    return { code: 'cut-off', severity: 'warning', text, hint: failure.hint };
  }
  const text = `The last ${work} failed ${formatAgo(at, now)}: ${failure.message}`;
  return { code: 'last-failed', severity: 'warning', text, hint: failure.hint };
}
