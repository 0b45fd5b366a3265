import type { CatalogEntry } from '../../../domain/catalog.ts';
import { countOf, formatAgo, formatBytes } from '../../../domain/measures.ts';
import { remainsWords, type Shredding } from '../../../domain/shredding.ts';
import { formatInstant, shorten } from '../../../domain/wording.ts';
import { context, type Message, message, section, verbatim } from './message.ts';
import { bold, code, escapeMrkdwn, person } from './mrkdwn.ts';

/** What is left to say of a backup whose key was destroyed. */
export function shreddedBackupMessage(entry: CatalogEntry, shredded: Shredding, now: Date): Message {
  const { id, source, snapshotAt, storedBytes, tables } = entry;
  const when = formatAgo(new Date(shredded.at), now);
  const remains =
    shredded.remains.length === 0
      ? ''
      : `\n⚠️ Its key still lies in ${escapeMrkdwn(shorten(remainsWords(shredded), 500))}.`;
  return message(`${id} of ${source} was shredded ${when}: nobody reads it again.`, [
    section(
      `🗑️ ${bold(`Backup of ${source}`)} · ${code(id)}\nShredded ${when} by ${person(shredded.by)}: nobody reads it again.${remains}`,
    ),
    verbatim(`Why: ${shorten(shredded.reason, 500)}`),
    context(
      `It was of ${formatInstant(new Date(snapshotAt), now)}: ${countOf(tables, 'table')}, ${formatBytes(storedBytes)}`,
    ),
  ]);
}
