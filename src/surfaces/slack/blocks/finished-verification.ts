import type { CatalogEntry } from '../../../domain/catalog.ts';
import type { Job } from '../../../domain/job.ts';
import { countOf, formatBytes, formatDuration } from '../../../domain/measures.ts';
import { startedWords } from './job-words.ts';
import { actions, context, type Message, message, runButton, section } from './message.ts';
import { bold, code } from './mrkdwn.ts';
import { validationBrief } from './validation.ts';

/** A verification that found nothing wrong. */
export function finishedVerificationMessage(job: Job, entry: CatalogEntry | undefined): Message {
  const took = formatDuration((job.finishedAt ?? job.startedAt).getTime() - job.startedAt.getTime());
  const read =
    entry && `${formatBytes(entry.rawBytes)}, ${countOf(entry.tables, 'table')}, ${countOf(entry.rows, 'row')}`;
  const id = job.backupId ?? '';
  const how =
    entry?.verified?.depth === 'restored'
      ? 'restored onto a scratch server, compared, and the server destroyed'
      : 'every part re-read, decrypted and counted';
  const { validation } = entry?.verified?.depth === 'restored' ? entry : {};
  return message(`${job.source}: ${id} verified, nothing wrong with it`, [
    section(`✅ ${bold(`Verified: backup of ${job.source}`)} · nothing wrong · ${took}`),
    context([code(id), ...(read ? [`${how}: ${read}`] : []), startedWords(job)].join(' · ')),
    validation && validationBrief(validation),
    actions(runButton('Details', `show ${id}`, 0)),
  ]);
}
