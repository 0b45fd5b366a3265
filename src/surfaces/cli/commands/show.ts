import type { Command } from 'commander';
import { type Manifest, manifestRows } from '../../../domain/manifest.ts';
import { countOf, formatAgo, formatBytes, formatDuration, formatMoment, formatRate } from '../../../domain/measures.ts';
import { isPinned, pinWords } from '../../../domain/pin.ts';
import { changeCounts, keptChangeLines } from '../../../domain/schema-diff/change-words.ts';
import type { KeptChanges } from '../../../domain/schema-diff/schema-change.ts';
import { remainsWords } from '../../../domain/shredding.ts';
import { formatList } from '../../../domain/wording.ts';
import { type ShownBackup, type ShownShredded, showBackup } from '../../../operations/show-backup.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { renderFacts, renderTable } from '../table.ts';
import { verifiedWords } from './backups.ts';

export function registerShow(program: Command, session: Session): void {
  program
    .command('show')
    .description('one backup in detail, from its own manifest')
    .argument('<backup>', 'a backup id, its last four characters, or latest')
    .option('-s, --source <name>', 'whose latest; may be left out when there is one source')
    .addHelpText('after', examples(session.parts.name, [['show latest', 'the newest backup']]))
    .action((backup: string, options: { source?: string }, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const shown = await showBackup(world, { principal, backup, ...options });
        if (shown.kind === 'refused') return shown;
        const now = world.clock.now();
        return done(shown, shown.kind === 'backup' ? describe(shown, now) : describeShredded(shown, now));
      }),
    );
}

function describe({ entry, manifest, report }: ShownBackup, now: Date): string {
  const { position, lock, binlogs, schemaChanges } = manifest;
  const facts = renderFacts([
    ['backup', entry.id],
    ['source', `${entry.source}, ${manifest.source.flavour} ${manifest.source.version}`],
    ['snapshot', `${formatMoment(report.snapshotAt)}, ${formatAgo(report.snapshotAt, now)}`],
    [
      'size',
      `${formatBytes(report.rawBytes)}, stored as ${formatBytes(report.storedBytes)} in ${countOf(binlogs?.files.length ?? manifest.parts.length, binlogs ? 'binlog file' : 'part')}`,
    ],
    [
      'took',
      `${formatDuration(report.durationMilliseconds)}, ${formatRate(report.bytesPerSecond)}${lock.method === 'none' ? '' : `; data locked for ${formatDuration(lock.heldMilliseconds)}`}`,
    ],
    ['position', `${position.file}:${position.offset}`],
    ['gtids', position.gtidSet || 'none'],
    [
      'holds',
      binlogs ? `${countOf(binlogs.transactions, 'transaction')} since ${binlogs.since}` : objectWords(manifest),
    ],
    ...(binlogs ? [['leads on', `from ${binlogs.base}`] as const] : []),
    ['lies in', formatList(report.repositories)],
    ['verified', verifiedWords(entry, now)],
    ...(schemaChanges
      ? [
          [
            'changes',
            `${changeCounts(schemaChanges.changes, schemaChanges.total)} since ${schemaChanges.since}`,
          ] as const,
        ]
      : []),
    ...(isPinned(entry.pin, now) ? [['kept', pinWords(entry.pin)] as const] : []),
    ...(entry.findings ?? []).map((finding) => ['found', finding] as const),
    ...report.warnings.map((warning) => ['warning', warning] as const),
  ]);
  return [facts, ...(schemaChanges?.total ? [changesText(schemaChanges, entry.id)] : []), contentsTable(manifest)].join(
    '\n\n',
  );
}

/** All of them, where these are too many, in a diff. */
function changesText(kept: KeptChanges, id: string): string {
  return [...keptChangeLines(kept), `All of it, line by line: schema diff ${kept.since} ${id}`].join('\n');
}

function objectWords(manifest: Manifest): string {
  const { objects } = manifest;
  return formatList([
    countOf(objects.schemas, 'schema'),
    manifest.kind === 'schema'
      ? `the structure of ${countOf(objects.tables, 'table')}`
      : `${countOf(objects.tables, 'table')} with ${countOf(manifestRows(manifest), 'row')}`,
    ...some(objects.sequences, 'sequence'),
    ...some(objects.views, 'view'),
    ...some(objects.procedures + objects.functions, 'routine'),
    ...some(objects.triggers, 'trigger'),
    ...some(objects.events, 'event'),
    ...some(objects.accounts, 'account'),
  ]);
}

function contentsTable({ tables, binlogs }: Manifest): string {
  if (binlogs) {
    const rows = binlogs.files.map(({ file, bytes, timeline }) => [file, formatBytes(bytes), timeline]);
    return renderTable([{ title: 'FILE' }, { title: 'BYTES', align: 'right' }, { title: 'TIMELINE' }], rows);
  }
  return renderTable(
    [{ title: 'TABLE' }, { title: 'ENGINE' }, { title: 'ROWS', align: 'right' }],
    tables.map((table) => [`${table.schema}.${table.name}`, table.engine, table.rows.toLocaleString('en-US')]),
  );
}

function describeShredded({ entry, shredded }: ShownShredded, now: Date): string {
  const { id, source, snapshotAt, storedBytes, tables, rows } = entry;
  const at = new Date(shredded.at);
  return renderFacts([
    ['backup', id],
    ['source', source],
    ['snapshot', `${formatMoment(new Date(snapshotAt))}, ${formatAgo(new Date(snapshotAt), now)}`],
    ['held', `${countOf(tables, 'table')} with ${countOf(rows, 'row')}, stored as ${formatBytes(storedBytes)}`],
    ['SHREDDED', `${formatMoment(at)}, ${formatAgo(at, now)}, by ${shredded.by}: nobody reads it again`],
    ['reason', shredded.reason],
    ...(shredded.remains.length > 0 ? [['but', `its key still lies in ${remainsWords(shredded)}`] as const] : []),
  ]);
}

function some(count: number, what: string): string[] {
  return count === 0 ? [] : [countOf(count, what)];
}
