import type { BackupId } from '../../domain/backup-id.ts';
import { type BackupReport, backupReport } from '../../domain/backup-report.ts';
import type { ValidationReport } from '../../domain/checklist/checklist.ts';
import { type ExitStatus, FAILURES, type FailureCode } from '../../domain/failure.ts';
import type { FailureFacts, Job, JobKind, Outcome } from '../../domain/job.ts';
import { countOf, formatBytes, formatDuration, formatRate } from '../../domain/measures.ts';
import { changeCounts, keptChangeLines } from '../../domain/schema-diff/change-words.ts';
import { formatList } from '../../domain/wording.ts';
import type { World } from '../../operations/world.ts';
import { type Answer, troubleText } from './answer.ts';
import { validationText } from './validation-text.ts';

/** How a job ended, for people and machines, with the exit status that fits. */
export function outcomeAnswer(world: Pick<World, 'state'>, job: Job, outcome: Outcome): Answer {
  const document = { kind: 'job', jobId: job.id, jobKind: job.kind, source: job.source, outcome };
  switch (outcome.kind) {
    case 'succeeded': {
      const entry = world.state.catalog.get(outcome.backupId);
      const validation = job.kind === 'verification' && isOf(job, entry?.validation) ? entry?.validation : undefined;
      const backup = entry && backupReport(entry, world.state.catalog.list({ source: entry.source, kind: entry.kind }));
      return {
        document: { ...document, ...(backup && { backup }), ...(validation && { validation }) },
        text: [
          successWords[job.kind](outcome.backupId, backup),
          ...(validation ? [validationText(validation)] : []),
        ].join('\n\n'),
        exitStatus: 0,
      };
    }
    case 'found-bad': {
      const found = world.state.catalog.get(outcome.backupId)?.findings ?? [];
      return {
        document: { ...document, findings: found },
        text: '',
        trouble: troubleText(
          [
            `${outcome.backupId} is bad: ${countOf(outcome.findings, 'finding')}.`,
            ...found.map((one) => `  ✗ ${one}`),
          ].join('\n'),
          'Do not rely on it: take a new backup, then find out what changed it.',
        ),
        exitStatus: 4,
      };
    }
    case 'failed':
      return {
        document,
        text: '',
        trouble: failureTrouble(outcome.failure),
        exitStatus: statusOf(outcome.failure.code),
      };
    case 'cancelled':
      return {
        document,
        text: '',
        trouble: troubleText(`Stopped: ${outcome.reason}.`, 'Nothing half-made is listed; run it again when you like.'),
        exitStatus: 1,
      };
    case 'cut-off':
      return {
        document,
        text: '',
        trouble: troubleText('The process that ran it died.', 'Nothing half-made is listed; run it again.'),
        exitStatus: 1,
      };
    default:
      return outcome satisfies never;
  }
}

/** Whether that validation belongs to this run: an earlier one of the same backup is no answer to it. */
function isOf({ startedAt }: Job, validation: ValidationReport | undefined): boolean {
  return validation !== undefined && Date.parse(validation.at) >= startedAt.getTime();
}

/** `backup` is undefined where it is not in the catalog any more. */
const successWords: Record<JobKind, (id: BackupId, backup: BackupReport | undefined) => string> = {
  'full-backup': describeBackup,
  'incremental-backup': describeBackup,
  'schema-backup': describeBackup,
  verification: (id) => `${id} is good.`,
};

function describeBackup(id: BackupId, backup: BackupReport | undefined): string {
  return [`Backup ${id} is done.`, ...(backup ? [describe(backup)] : [])].join('\n');
}

function describe(backup: BackupReport): string {
  const lines = [
    ...(backup.binlogs ? binlogLines(backup, backup.binlogs) : dumpLines(backup)),
    ...(backup.schemaChanges ? schemaLines(backup.schemaChanges) : []),
    `  in ${formatList(backup.repositories)}; ${backup.verified ? `verified, ${backup.verified.verdict}` : 'not verified yet'}`,
    ...backup.warnings.map((warning) => `  ! ${warning}`),
  ];
  return lines.join('\n');
}

function binlogLines(
  backup: BackupReport,
  { since, files, transactions }: NonNullable<BackupReport['binlogs']>,
): string[] {
  return [
    `  ${countOf(files.length, 'binlog file')} since ${since}: ${countOf(transactions, 'transaction')}, ${formatBytes(backup.rawBytes)} stored as ${formatBytes(backup.storedBytes)}`,
    `  up to ${backup.position.file}:${backup.position.offset}`,
  ];
}

function schemaLines(kept: NonNullable<BackupReport['schemaChanges']>): string[] {
  const { since, total, changes } = kept;
  return [`${changeCounts(changes, total)} since ${since}`, ...keptChangeLines(kept)].map((line) => `  ${line}`);
}

function dumpLines(backup: BackupReport): string[] {
  const isFull = backup.kind === 'full';
  const locked = isFull ? `, locked for ${formatDuration(backup.lockMilliseconds)}` : '';
  const holds = isFull
    ? `${countOf(backup.tables, 'table')}, ${countOf(backup.rows, 'row')}`
    : `structure of ${countOf(backup.tables, 'table')}`;
  return [
    `  ${formatBytes(backup.rawBytes)} stored as ${formatBytes(backup.storedBytes)} in ${formatDuration(backup.durationMilliseconds)} (${formatRate(backup.bytesPerSecond)})${locked}`,
    `  ${holds}, up to ${backup.position.file}:${backup.position.offset}`,
  ];
}

function failureTrouble({ message, hint, retryable }: FailureFacts): string {
  return troubleText(message, retryable ? `${hint}\nRunning it again may be enough.` : hint);
}

function statusOf(code: string): ExitStatus {
  return code in FAILURES ? FAILURES[code as FailureCode].exitStatus : 1;
}
