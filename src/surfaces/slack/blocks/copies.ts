import type { CopyState } from '../../../domain/copies/copy-status.ts';
import type { SourceCopies } from '../../../operations/copies/read-copies.ts';
import { type Message, message, section, smallVerbatim } from './message.ts';
import { bold, escapeMrkdwn } from './mrkdwn.ts';

/** Where else the backups of each source lie, and how far behind each place is. */
export function copiesMessage(sources: readonly SourceCopies[]): Message {
  const text = sources.map(({ source, copies }) => `${source}: ${plainWords(copies)}`).join('\n');
  return message(escapeMrkdwn(text), sources.flatMap(blocksOf));
}

function plainWords(copies: readonly CopyState[]): string {
  return copies.map(({ copy, words }) => `${copy} ${words}`).join(' · ') || none;
}

const none = 'no copies are configured';

function blocksOf({ source, copies }: SourceCopies) {
  if (copies.length === 0) return [section(`${bold(source)}\n${none}. They go under \`repository.copies\`.`)];
  return [
    section([bold(source), ...copies.map(lineOf)].join('\n')),
    ...copies.flatMap(({ copy, trouble }) =>
      trouble ? [smallVerbatim(`${copy}: ${trouble.message} → ${trouble.hint}`)] : [],
    ),
  ];
}

function lineOf({ copy, location, words, behindSince }: CopyState): string {
  return `${behindSince ? '🟠' : '🟢'} ${bold(copy)} ${escapeMrkdwn(words)} · ${escapeMrkdwn(location)}`;
}
