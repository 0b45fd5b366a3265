import { type Command, Option } from 'commander';
import { type BackupKind, backupKinds } from '../../../domain/backup-id.ts';
import { type CatalogEntry, isReadable } from '../../../domain/catalog.ts';
import { countOf, formatAgo, formatBytes, formatCount, formatMoment } from '../../../domain/measures.ts';
import { isPinned, pinWords } from '../../../domain/pin.ts';
import { listBackups } from '../../../operations/list-backups.ts';
import { done } from '../answer.ts';
import { examples } from '../examples.ts';
import type { Session } from '../session.ts';
import { choosingSource, chosenSource, type SourceChoice } from '../source-choice.ts';
import { renderTable } from '../table.ts';
import { wholeNumber } from '../whole-number.ts';

interface ListOptions extends SourceChoice {
  readonly kind?: BackupKind;
  readonly limit?: number;
}

export function registerBackups(program: Command, session: Session): void {
  choosingSource(program.command('backups'))
    .description('list the backups of a source, the newest first')
    .addOption(new Option('-k, --kind <kind>', 'only this kind').choices([...backupKinds]))
    .option('-n, --limit <count>', 'at most so many', wholeNumber)
    .addHelpText('after', examples(session.parts.name, [['backups alumni --limit 7', 'the last seven']]))
    .action((named: string | undefined, { kind, limit, ...options }: ListOptions, command: Command) =>
      session.inWorld(command, async ({ world, principal }) => {
        const listed = listBackups(world, {
          principal,
          ...chosenSource(named, options),
          ...(kind && { kind }),
          ...(limit !== undefined && { limit }),
        });
        if (listed.kind === 'refused') return listed;
        return done(listed, describe(listed.source, listed.entries, world.clock.now()));
      }),
    );
}

function describe(source: string, entries: readonly CatalogEntry[], now: Date): string {
  if (entries.length === 0) return `There is no backup of ${source} yet.`;
  const table = renderTable(
    [
      { title: 'BACKUP' },
      { title: 'TAKEN' },
      { title: 'STORED', align: 'right' },
      { title: 'OF', align: 'right' },
      { title: 'TABLES', align: 'right' },
      { title: 'ROWS', align: 'right' },
      { title: 'VERIFIED' },
    ],
    entries.map((entry) => [
      entry.id,
      `${formatMoment(new Date(entry.snapshotAt))}, ${formatAgo(new Date(entry.snapshotAt), now)}`,
      formatBytes(entry.storedBytes),
      formatBytes(entry.rawBytes),
      entry.binlogs ? '–' : formatCount(entry.tables),
      entry.binlogs ? '–' : formatCount(entry.rows),
      verifiedWords(entry, now),
    ]),
  );
  const bad = entries.filter((entry) => isReadable(entry) && entry.verified?.verdict === 'bad');
  const found = bad.flatMap(({ id, findings }) => [`${id} is bad:`, ...someFindings(findings)]);
  const pins = entries.flatMap(({ id, pin }) => (isPinned(pin, now) ? [`${id} is ${pinWords(pin)}`] : []));
  return [table, ...found, ...pins, `${countOf(entries.length, 'backup')} of ${source}`].join('\n');
}

const mostFindings = 3;

function someFindings(findings: readonly string[]): string[] {
  const more = findings.length - mostFindings;
  const rest = more > 0 ? [`  … and ${more} more: see show`] : [];
  return [...findings.slice(0, mostFindings).map((finding) => `  ✗ ${finding}`), ...rest];
}

export function verifiedWords(
  { verified, findings, shredded }: Pick<CatalogEntry, 'verified' | 'findings' | 'shredded'>,
  now: Date,
): string {
  if (shredded) return `SHREDDED, ${formatAgo(new Date(shredded.at), now)}`;
  if (!verified) return 'not yet';
  const bad = `BAD${findings.length > 0 ? ` (${countOf(findings.length, 'finding')})` : ''}`;
  const good = verified.depth === 'restored' ? 'restored, good' : 'good';
  return `${verified.verdict === 'good' ? good : bad}, ${formatAgo(new Date(verified.at), now)}`;
}
