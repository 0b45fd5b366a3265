import { countOf } from '../../../domain/measures.ts';
import { changeCounts, changeLines, changeWords } from '../../../domain/schema-diff/change-words.ts';
import type { KeptChanges, SchemaChange } from '../../../domain/schema-diff/schema-change.ts';
import { shorten } from '../../../domain/wording.ts';
import type { SchemaDiff } from '../../../operations/diff-schemas.ts';
import { context, type Message, message, section } from './message.ts';
import { bold, code, escapeMrkdwn } from './mrkdwn.ts';

const mostLines = 40;
const mostCharacters = 2_400;

/** What changed between two structures, line by line, as much of it as a message holds. `rest` says where the others are. */
export function schemaDiffMessage(
  { before, after, changes }: SchemaDiff,
  rest = inShell(before.id, after.id),
): Message {
  const counts = changeCounts(changes);
  const { shown, left } = fitting(changes.flatMap(changeLines));
  return message(`${after.source}: ${counts} between ${before.id} and ${after.id}`, [
    section(`🧬 ${bold(`Structure of ${after.source}`)} · ${counts}\n${code(before.id)} to ${code(after.id)}`),
    shown.length > 0 ? section(`\`\`\`${shown.join('\n')}\`\`\``) : undefined,
    left > 0 ? context(`… and ${countOf(left, 'more line')}. ${rest}`) : undefined,
  ]);
}

export function inShell(before: string, after: string): string {
  return `All of it, in a shell: ${code(`tidemark schema diff ${before} ${after}`)}`;
}

export function fitsInMessage({ changes }: SchemaDiff): boolean {
  return fitting(changes.flatMap(changeLines)).left === 0;
}

const mostChanges = 10;

/** For the report of a schema backup. */
export function keptChangesBlock({ since, total, changes }: KeptChanges): ReturnType<typeof section> {
  const lines = changes.slice(0, mostChanges).map((change) => `• ${escapeMrkdwn(shorten(withDetail(change), 240))}`);
  const more = total > mostChanges ? [`… and ${total - mostChanges} more`] : [];
  return section([`🧬 *${changeCounts(changes, total)}* since ${code(since)}`, ...lines, ...more].join('\n'));
}

/** Whether the report leaves nothing out. */
export function fitsInReport({ total, changes }: KeptChanges): boolean {
  return total <= mostChanges && changes.every(({ gone, come }) => gone.length + come.length <= mostNames);
}

const mostNames = 4;

/** Names the columns and keys that came or went: what people look for first. */
function withDetail(change: SchemaChange): string {
  const names = [...change.gone.map((line) => `−${line.trim()}`), ...change.come.map((line) => `+${line.trim()}`)];
  return names.length === 0 ? changeWords(change) : `${changeWords(change)}: ${names.slice(0, mostNames).join(' ')}`;
}

function fitting(lines: readonly string[]): { shown: string[]; left: number } {
  const shown: string[] = [];
  let room = mostCharacters;
  for (const line of lines.slice(0, mostLines)) {
    // Backticks would end the block.
    const plain = escapeMrkdwn(shorten(line, 200)).replaceAll('```', "'''");
    if (plain.length + 1 > room) break;
    room -= plain.length + 1;
    shown.push(plain);
  }
  return { shown, left: lines.length - shown.length };
}
