import type { BackupReport } from '../../../domain/backup-report.ts';
import type { Manifest } from '../../../domain/manifest.ts';
import { countOf, formatAgo, formatBytes, formatCount } from '../../../domain/measures.ts';
import { isPinned, pinWords } from '../../../domain/pin.ts';
import { capital, formatInstant, formatList, shorten } from '../../../domain/wording.ts';
import { findingBlocks } from './failed-job.ts';
import { momentWords, reportFields, warningBlocks } from './finished-backup.ts';
import { actions, context, type Message, message, runButton, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';
import { keptChangesBlock } from './schema-diff.ts';

/** One backup in detail: the report, what is in it, and how it was made. */
export function backupDetailsMessage(
  report: BackupReport,
  manifest: Manifest,
  findings: readonly string[],
  now: Date,
): Message {
  const { id, source, verified } = report;
  const proof = verified
    ? `${verified.verdict === 'good' ? '✅ verified' : '🔴 found bad'} ${formatAgo(new Date(verified.at), now)}`
    : '☑️ not verified yet';
  return message(`${id}: ${source} as of ${formatInstant(report.snapshotAt, now)}, ${formatBytes(report.rawBytes)}`, [
    section(`${bold(`Backup of ${source}`)} · ${code(id)}\n${capital(momentWords(report, now))} · ${proof}`),
    ...(isPinned(report.pin, now) ? [context(`📌 ${capital(escapeMrkdwn(pinWords(report.pin)))}`)] : []),
    ...findingBlocks(findings),
    reportFields(report),
    report.schemaChanges ? keptChangesBlock(report.schemaChanges) : undefined,
    ...warningBlocks(report),
    report.kind !== 'full' ? undefined : section(biggestTables(manifest)),
    context(madeWords(manifest)),
    actions(runButton(verified ? 'Verify again' : 'Verify', `verify ${id}`, 0)),
  ]);
}

const mostTables = 8;

function biggestTables({ tables, scope }: Manifest): string {
  const largest = [...tables].sort((a, b) => b.bytes - a.bytes).slice(0, mostTables);
  const lines = largest.map(
    (table) =>
      `• ${code(shorten(`${table.schema}.${table.name}`, 140))} · ${formatCount(table.rows)} rows, ${formatBytes(table.bytes)}${table.transactional ? '' : ` · ⚠️ ${escapeMrkdwn(table.engine)}, not point-in-time`}`,
  );
  const more = tables.length > mostTables ? [`… and ${countOf(tables.length - mostTables, 'smaller table')}`] : [];
  const where = scope.allSchemas ? 'all schemas' : `schemas ${formatList(scope.schemas.slice(0, 5))}`;
  return [`*Largest tables* (${escapeMrkdwn(shorten(where, 200))})`, ...lines, ...more].join('\n');
}

function madeWords({ source, parts, lock, tools, binlogs }: Manifest): string {
  const flavour = source.flavour === 'mysql' ? 'MySQL' : 'MariaDB';
  const made = tools.mysqldump === undefined ? '' : ` · ${escapeMrkdwn(shorten(tools.mysqldump, 120))}`;
  const product = `${flavour} ${escapeMrkdwn(source.version)}`;
  if (binlogs) return `${product} · binlogs`;
  return `${product} · ${parts.length} parts · ${lockWords[lock.method]}${made}`;
}

const lockWords: Record<Manifest['lock']['method'], string> = {
  'global-read-lock': 'snapshot under a global read lock',
  'lock-tables': 'snapshot under table locks',
  none: 'nothing locked',
};
