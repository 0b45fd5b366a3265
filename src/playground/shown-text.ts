import type { InputElement, ModalBlock } from './blocks/modal-schema.ts';
import type { Block, Element } from './blocks/schemas.ts';
import type { Message, OpenModal } from './vocabulary.ts';

/** All words of a message or modal as a person reads them, one line for each text, control or file. */
export function shownText(shown: Pick<Message, 'text' | 'blocks' | 'files'> | OpenModal): string {
  return 'modal' in shown ? wordsOfModal(shown) : wordsOfMessage(shown);
}

function wordsOfModal({ modal, entered, errors, says }: OpenModal): string {
  const words = modal.blocks.flatMap((block) => {
    const error = errors[block.block_id ?? ''];
    const value = entered[block.block_id ?? ''];
    return [...wordsOf(block), ...(value ? [`> ${value}`] : []), ...(error === undefined ? [] : [`❗ ${error}`])];
  });
  const buttons = [modal.close, modal.submit].flatMap((it) => (it ? [`[${it.text}]`] : []));
  return [modal.title.text, ...words, ...(says === undefined ? [] : [`⚠ ${says}`]), ...buttons].join('\n');
}

function wordsOfMessage(message: Pick<Message, 'text' | 'blocks' | 'files'>): string {
  const words = message.blocks.length === 0 ? [message.text] : message.blocks.flatMap(wordsOf);
  return [...words, ...(message.files ?? []).map(({ title }) => `📎 ${title}`)].join('\n');
}

function wordsOf(block: Block | ModalBlock): string[] {
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
    case 'input':
      return [block.label.text, ...choicesOf(block.element), ...(block.hint ? [block.hint.text] : [])];
    default:
      return block satisfies never;
  }
}

const labelsOf = (element: Element): string[] =>
  element.type === 'button' ? [`[${element.text.text}]`] : element.options.map((it) => `[${it.text.text}]`);

const choicesOf = (element: InputElement): string[] =>
  element.type === 'static_select' ? element.options.map((it) => `[${it.text.text}]`) : [];
