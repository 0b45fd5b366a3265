import { countOf } from '../../../domain/measures.ts';
import { shorten } from '../../../domain/wording.ts';
import { section } from './message.ts';
import { code, escapeMrkdwn } from './mrkdwn.ts';

const mostLines = 60;
const mostCharacters = 2_200;

/** SQL as it is run, as much of it as a section holds, and where the rest is. Undefined where there is none. */
export function scriptSection(lines: readonly string[], recovery: string) {
  if (lines.length === 0) return undefined;
  const shown: string[] = [];
  let room = mostCharacters;
  for (const line of lines.slice(0, mostLines)) {
    // Backticks would end the block.
    const plain = escapeMrkdwn(shorten(line, 300)).replaceAll('```', "'''");
    if (plain.length + 1 > room) break;
    room -= plain.length + 1;
    shown.push(plain);
  }
  const left = lines.length - shown.length;
  const more =
    left > 0
      ? `\n*${countOf(left, 'more line')}*: read them before you approve, ${code(`tidemark approvals ${recovery}`)}`
      : '';
  return section(`*Script*\n\`\`\`${shown.join('\n')}\`\`\`${more}`);
}
