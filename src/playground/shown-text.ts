import type { Block, Element } from './blocks/schemas.ts';
import type { Message } from './vocabulary.ts';

/** All words of a message as a person reads them, one line for each text, control or file. */
export function shownText(message: Pick<Message, 'text' | 'blocks' | 'files'>): string {
  const words = message.blocks.length === 0 ? [message.text] : message.blocks.flatMap(wordsOf);
  return [...words, ...(message.files ?? []).map(({ title }) => `📎 ${title}`)].join('\n');
}

function wordsOf(block: Block): string[] {
  switch (block.type) {
    case 'header':
      return [block.text.text];
    case 'divider':
      return [];
    case 'context':
      return block.elements.map((it) => it.text);
    case 'table':
      return block.rows.map((row) => row.map((cell) => cell.text).join(' | '));
    case 'actions':
      return block.elements.flatMap(labelsOf);
    case 'section':
      return [
        ...(block.text ? [block.text.text] : []),
        ...(block.fields ?? []).map((it) => it.text),
        ...(block.accessory ? labelsOf(block.accessory) : []),
      ];
    default:
      return block satisfies never;
  }
}

const labelsOf = (element: Element): string[] =>
  element.type === 'button' ? [`[${element.text.text}]`] : element.options.map((it) => `[${it.text.text}]`);
