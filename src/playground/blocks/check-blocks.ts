import { limits } from '../limits.ts';
import type { ModalBlock } from './modal-schema.ts';
import { type Block, blocksSchema } from './schemas.ts';
import { inSlacksWords } from './slacks-words.ts';

export type BlocksVerdict =
  | { kind: 'accepted'; blocks: Block[] }
  | { kind: 'refused'; error: 'invalid_blocks' | 'invalid_blocks_format' | 'msg_blocks_too_long'; problems: string[] };

/** Judges blocks as Slack would. `problems` are Slack's own sentences, each ending in a JSON pointer. */
export function checkBlocks(raw: unknown): BlocksVerdict {
  if (!Array.isArray(raw)) return { kind: 'refused', error: 'invalid_blocks_format', problems: [] };
  const parsed = blocksSchema.safeParse(raw);
  if (!parsed.success) return invalid(inSlacksWords(parsed.error.issues, raw));
  const blocks = parsed.data;
  const doubled = [...doubledIds(blocks), ...tooManyTables(blocks)];
  if (doubled.length > 0) return invalid(doubled);
  if (JSON.stringify(blocks).length > limits.blocksTogether) {
    return { kind: 'refused', error: 'msg_blocks_too_long', problems: [] };
  }
  return { kind: 'accepted', blocks };
}

const invalid = (problems: string[]): BlocksVerdict => ({ kind: 'refused', error: 'invalid_blocks', problems });

/** Ids that stand twice among blocks, or among the elements of one. `root` is where the blocks lie. */
export function doubledIds(blocks: (Block | ModalBlock)[], root = '/blocks'): string[] {
  const ids = blocks.map((block) => block.block_id);
  const ofBlocks = repeats(ids).map(
    (i) => `\`block_id\` "${ids[i]}" already exists [json-pointer:${root}/${i}/block_id]`,
  );
  const ofElements = blocks.flatMap((block, b) => {
    if (block.type !== 'actions') return [];
    const inside = block.elements.map((element) => element.action_id);
    return repeats(inside).map(
      (e) => `\`action_id\` "${inside[e]}" already exists [json-pointer:${root}/${b}/elements/${e}/action_id]`,
    );
  });
  return [...ofBlocks, ...ofElements];
}

/** The indexes of ids that stood earlier in the list. */
function repeats(ids: (string | undefined)[]): number[] {
  return ids.flatMap((id, i) => (id !== undefined && ids.indexOf(id) < i ? [i] : []));
}

function tooManyTables(blocks: Block[]): string[] {
  const tables = blocks.flatMap((block, i) => (block.type === 'table' ? [i] : []));
  return tables.slice(limits.tablesInMessage).map((i) => `only_one_table_allowed [json-pointer:/blocks/${i}]`);
}
