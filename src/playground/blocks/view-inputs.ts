import type { InputBlock, View } from './view-schema.ts';

/** A modal's inputs, with the ids that Slack gives to those that have none. */
export function inputsOf({ blocks }: Pick<View, 'blocks'>): { block: InputBlock; blockId: string; actionId: string }[] {
  return blocks.flatMap((each, index) =>
    each.type === 'input'
      ? [{ block: each, blockId: each.block_id ?? `b${index}`, actionId: each.element.action_id ?? `a${index}` }]
      : [],
  );
}
