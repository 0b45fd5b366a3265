import { randomBytes } from 'node:crypto';
import type { ModalBlock } from './modal-schema.ts';
import type { Block } from './schemas.ts';

/** Slack names every block and element that came without an id. */
export function withIds<B extends Block | ModalBlock>(blocks: B[]): B[] {
  return blocks.map((block) => {
    const named: B = { ...block, block_id: block.block_id ?? freshId() };
    if (named.type === 'actions') {
      named.elements = named.elements.map((element) => ({ ...element, action_id: element.action_id ?? freshId() }));
    }
    if (named.type === 'section' && named.accessory) {
      named.accessory = { ...named.accessory, action_id: named.accessory.action_id ?? freshId() };
    }
    if (named.type === 'input') named.element = { ...named.element, action_id: named.element.action_id ?? freshId() };
    return named;
  });
}

const freshId = () => randomBytes(4).toString('base64url').slice(0, 5);
