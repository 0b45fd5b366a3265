import { type CatalogEntry, isReadable } from '../../../domain/catalog.ts';
import { countOf, formatAgo, formatBytes, formatCount, formatDuration } from '../../../domain/measures.ts';
import { isPinned, pinWords } from '../../../domain/pin.ts';
import { shorten } from '../../../domain/wording.ts';
import { actions, context, type Message, message, runButton, runMenu, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';

const shown = 10;

/** The catalog of a source, newest first. */
export function backupsMessage(source: string, entries: readonly CatalogEntry[], now: Date): Message {
  if (entries.length === 0) {
    return message(`${source} has no backup yet.`, [
      section(`${bold(source)} has no backup yet.`),
      actions(runButton('Take the first full backup', `backup full ${source}`, 0, 'primary')),
    ]);
  }
  const count = countOf(entries.length, 'backup');
  const more = entries.length - shown;
  return message(`${count} of ${source}, the newest ${formatAgo(at(entries[0]), now)}`, [
    section(`${bold(`Backups of ${source}`)} · ${count}, newest first`),
    ...entries.slice(0, shown).map((entry) => line(entry, now)),
    more > 0
      ? context(`… and ${formatCount(more)} older. \`tidemark backups --source ${source}\` lists all.`)
      : undefined,
  ]);
}

function line(entry: CatalogEntry, now: Date) {
  const sizes = `${formatBytes(entry.rawBytes)} → ${formatBytes(entry.storedBytes)}`;
  const took = formatDuration(Date.parse(entry.finishedAt) - Date.parse(entry.startedAt));
  const facts = `${formatAgo(at(entry), now)} · ${sizes} · ${holds(entry)} · ${took} · ${proof(entry)}`;
  const [found] = isReadable(entry) ? entry.findings : [];
  const wrong = found === undefined ? '' : `\n✗ ${escapeMrkdwn(shorten(found, 200))}`;
  const verify: [string, string][] = isReadable(entry) ? [['Verify', `verify ${entry.id}`]] : [];
  const menu = runMenu([['Details', `show ${entry.id}`], ...verify]);
  const kept = isPinned(entry.pin, now) ? `\n📌 ${escapeMrkdwn(pinWords(entry.pin))}` : '';
  return section(`${sign(entry)} ${code(entry.id)}\n${facts}${wrong}${kept}`, menu);
}

function holds({ tables, binlogs }: CatalogEntry): string {
  return binlogs ? countOf(binlogs.transactions, 'transaction') : countOf(tables, 'table');
}

function at(entry: CatalogEntry | undefined): Date {
  return new Date(entry?.snapshotAt ?? 0);
}

function sign({ verified, shredded }: CatalogEntry): string {
  if (shredded) return '🗑️';
  return verified?.verdict === 'good' ? '✅' : verified ? '🔴' : '☑️';
}

function proof({ verified, findings, shredded }: CatalogEntry): string {
  if (shredded) return '*shredded*';
  if (!verified) return 'not verified';
  return verified.verdict === 'good'
    ? 'verified'
    : `*found bad*${findings.length > 1 ? ` (${findings.length} findings)` : ''}`;
}
