import { checkBlocks } from './blocks/check-blocks.ts';
import type { Block } from './blocks/schemas.ts';

export type ContentVerdict =
  | { kind: 'accepted'; text: string; blocks: Block[] }
  | { kind: 'refused'; error: string; problems: string[] };

/** Judges the text and blocks of a message, wherever the app sends it. `measure` counts the text against `longest`. */
export function checkContent(
  content: { text?: string | undefined; blocks?: unknown; attachments?: unknown },
  longest: number,
  measure = (text: string): number => text.length,
): ContentVerdict {
  const text = content.text ?? '';
  if (content.attachments !== undefined) return refused('invalid_attachments', ['attachments are not played here']);
  if (measure(text) > longest) return refused('msg_too_long');
  if (content.blocks === undefined) return text === '' ? refused('no_text') : { kind: 'accepted', text, blocks: [] };
  const verdict = checkBlocks(content.blocks);
  if (verdict.kind === 'refused') return verdict;
  if (verdict.blocks.length === 0 && text === '') return refused('no_text');
  return { kind: 'accepted', text, blocks: verdict.blocks };
}

const refused = (error: string, problems: string[] = []): ContentVerdict => ({ kind: 'refused', error, problems });
