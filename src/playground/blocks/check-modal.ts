import { limits } from '../limits.ts';
import { doubledIds } from './check-blocks.ts';
import { type Modal, modalSchema } from './modal-schema.ts';
import { inSlacksWords } from './slacks-words.ts';
import { withIds } from './with-ids.ts';

export type ModalVerdict = { kind: 'accepted'; modal: Modal } | { kind: 'refused'; problems: string[] };

/** Judges a view as Slack would, and names its blocks. `problems` are Slack's own sentences, each ending in a JSON pointer. */
export function checkModal(raw: unknown): ModalVerdict {
  if (raw === null || typeof raw !== 'object' || Array.isArray(raw)) {
    return { kind: 'refused', problems: ['must provide an object [json-pointer:/view]'] };
  }
  const parsed = modalSchema.safeParse(raw);
  if (!parsed.success) return { kind: 'refused', problems: inSlacksWords(parsed.error.issues, raw, 'view') };
  const modal = parsed.data;
  const problems = [...doubledIds(modal.blocks, '/view/blocks'), ...focusedTwice(modal)];
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'accepted', modal: { ...modal, blocks: withIds(modal.blocks) } };
}

function focusedTwice({ blocks }: Modal): string[] {
  const focused = blocks.flatMap((block, i) => (block.type === 'input' && block.element.focus_on_load ? [i] : []));
  return focused
    .slice(limits.focusedInModal)
    .map((i) => `only one element may have \`focus_on_load\` [json-pointer:/view/blocks/${i}/element/focus_on_load]`);
}
