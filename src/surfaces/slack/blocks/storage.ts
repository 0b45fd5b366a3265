import { countOf, formatBytes } from '../../../domain/measures.ts';
import type { KindUse, RepositoryUse, SourceUse } from '../../../domain/storage-use.ts';
import { fullWords } from '../../../domain/storage-words.ts';
import type { MeasuredStorage } from '../../../operations/measure-storage.ts';
import { type Message, message, section } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** What the repositories hold, how they grow, and when a disk is full. */
export function storageMessage({ repositories, warnWithinDays }: MeasuredStorage): Message {
  const text = repositories.map((use) => `${escapeMrkdwn(use.repository)}: ${fullWords(use)}`).join('\n');
  return message(
    text,
    repositories.map((use) => {
      const isFilling = use.fullInDays !== null && use.fullInDays <= warnWithinDays;
      return section([head(use, isFilling), ...use.sources.slice(0, 20).map(sourceLine)].join('\n'));
    }),
  );
}

function head(use: RepositoryUse, isFilling: boolean): string {
  const place = `${bold(use.repository)} · ${escapeMrkdwn(use.location)}`;
  return `${isFilling ? '🟠' : '💾'} ${place}\n${escapeMrkdwn(fullWords(use))}`;
}

function sourceLine({ source, bytes, bytesPerDay, kinds }: SourceUse): string {
  return `• ${bold(source)} ${formatBytes(bytes)}, ${formatBytes(bytesPerDay)} a day: ${kinds.map(kindWords).join(', ')}`;
}

function kindWords({ kind, count, bytes }: KindUse): string {
  return `${kind === 'binlog' ? countOf(count, 'binlog file') : countOf(count, `${kind} backup`)} ${formatBytes(bytes)}`;
}
