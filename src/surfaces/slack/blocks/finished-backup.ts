import type { BackupReport, Change } from '../../../domain/backup-report.ts';
import type { Job } from '../../../domain/job.ts';
import { countOf, formatBytes, formatCount, formatDuration, formatRate } from '../../../domain/measures.ts';
import { capital, formatInstant, formatList, shorten } from '../../../domain/wording.ts';
import { startedWords, workOf } from './job-words.ts';
import { actions, context, fields, type Message, message, runButton, runMenu, section } from './message.ts';
import { bold, code, escapeMrkdwn, readersTime } from './mrkdwn.ts';
import { keptChangesBlock } from './schema-diff.ts';

/** A backup that is done. It stays in the channel as the report. */
export function finishedBackupMessage(job: Job, report: BackupReport, now: Date): Message {
  const { source } = report;
  const size = `${formatBytes(report.rawBytes)} in ${formatDuration(report.durationMilliseconds)}`;
  const proof = proofWords(report);
  return message(`${source}: ${workOf(job)} done, ${proof.plain}, ${size}`, [
    section(`${proof.sign} ${bold(`${capital(workOf(job))} of ${source}`)} · ${size} · ${proof.words}`),
    reportFields(report),
    report.schemaChanges ? keptChangesBlock(report.schemaChanges) : undefined,
    ...warningBlocks(report),
    context([code(report.id), momentWords(report, now), startedWords(job)].join(' · ')),
    reportActions(report),
  ]);
}

/** Nobody's rows come back from a schema backup. */
export function momentWords({ kind, snapshotAt }: BackupReport, now: Date): string {
  const moment = `${formatInstant(snapshotAt, now)} (${readersTime(snapshotAt)} your time)`;
  return kind === 'schema' ? `structure as of ${moment}` : `recovers to ${moment}`;
}

function proofWords({ verified }: BackupReport): { sign: string; words: string; plain: string } {
  if (verified?.verdict === 'good') return { sign: '✅', words: 'verified', plain: 'verified' };
  if (verified) return { sign: '🔴', words: '*found bad by verification*', plain: 'FOUND BAD by verification' };
  return { sign: '☑️', words: 'not verified yet', plain: 'not verified yet' };
}

export function reportFields(report: BackupReport): ReturnType<typeof fields> {
  const { position } = report;
  const gtid = position.gtidSet === '' ? '' : `\nGTID ${code(shorten(position.gtidSet.replace(/\s+/g, ''), 120))}`;
  const pace = `${formatDuration(report.durationMilliseconds)} at ${formatRate(report.bytesPerSecond)}`;
  return fields([
    [
      'Size',
      `${formatBytes(report.rawBytes)}, stored as ${formatBytes(report.storedBytes)} (${ratioWords(report.ratio)})`,
    ],
    ['Time', report.kind === 'full' ? `${pace}, locked ${lockWords(report.lockMilliseconds)}` : pace],
    ['Holds', report.binlogs ? binlogWords(report.binlogs) : holdsWords(report)],
    ['Against the last ones', changeWords(report.change)],
    ['Position', `${code(`${position.file}:${position.offset}`)}${gtid}`],
    ['Kept in', escapeMrkdwn(formatList(report.repositories)) || '–'],
  ]);
}

function binlogWords({ files, transactions, since }: NonNullable<BackupReport['binlogs']>): string {
  return `${countOf(transactions, 'transaction')} in ${countOf(files.length, 'binlog file')} since ${code(since)}`;
}

function ratioWords(ratio: number): string {
  return ratio >= 10 ? `${Math.round(ratio)} times smaller` : `${ratio.toFixed(1)} times smaller`;
}

function lockWords(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : formatDuration(milliseconds);
}

function holdsWords({ kind, tables, rows, objects }: BackupReport): string {
  const most = kind === 'schema' ? countOf(tables, 'table') : `${countOf(tables, 'table')}, ${countOf(rows, 'row')}`;
  if (!objects) return most;
  const others = [
    [objects.views, 'view'],
    [objects.procedures + objects.functions, 'routine'],
    [objects.triggers, 'trigger'],
    [objects.events, 'event'],
    [objects.sequences, 'sequence'],
    [objects.accounts, 'account'],
  ] as const;
  return [most, ...others.filter(([count]) => count > 0).map(([count, word]) => countOf(count, word))].join(', ');
}

export function changeWords(change: Change | null): string {
  if (!change) return 'the first of its kind';
  const text = `size ${signed(change.rawBytes)}, rows ${signed(change.rows)}, time ${signed(change.duration)}`;
  const over = change.over === 1 ? 'the one before' : `the median of ${change.over}`;
  return `${change.shrank ? '⚠️ ' : ''}${text} (${over})`;
}

function signed(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0) return '±0 %';
  return `${percent > 0 ? '+' : '−'}${formatCount(Math.abs(percent))} %`;
}

const mostWarnings = 8;

export function warningBlocks(report: BackupReport): ReturnType<typeof section>[] {
  const shrunk = report.change?.shrank
    ? ['Much smaller than the last ones: check that nothing is missing from the server or from what is dumped.']
    : [];
  const all = [...shrunk, ...report.warnings];
  if (all.length === 0) return [];
  const shown = all.slice(0, mostWarnings).map((warning) => `• ${escapeMrkdwn(shorten(warning, 280))}`);
  const more = all.length > mostWarnings ? [`… and ${formatCount(all.length - mostWarnings)} more`] : [];
  return [section([`⚠️ *${countOf(all.length, 'warning')}*`, ...shown, ...more].join('\n'))];
}

function reportActions(report: BackupReport): ReturnType<typeof actions> {
  const { id, source } = report;
  const show = runButton('Details', `show ${id}`, 1);
  const menu = runMenu([
    [`How ${source} stands`, `status ${source}`],
    [`All backups of ${source}`, `backups ${source}`],
    ['Verify again', `verify ${id}`],
  ]);
  return report.verified ? actions(show, menu) : actions(runButton('Verify', `verify ${id}`, 0, 'primary'), show, menu);
}
