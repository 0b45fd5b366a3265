import { limits } from '../limits.ts';
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
  const doubled = [...doubledBlockIds(blocks), ...doubledActionIds(blocks), ...tooManyTables(blocks)];
  if (doubled.length > 0) return invalid(doubled);
  if (JSON.stringify(blocks).length > limits.blocksTogether) {
    return { kind: 'refused', error: 'msg_blocks_too_long', problems: [] };
  }
  return { kind: 'accepted', blocks };
}

const invalid = (problems: string[]): BlocksVerdict => ({ kind: 'refused', error: 'invalid_blocks', problems });

function doubledBlockIds(blocks: Block[]): string[] {
  const ids = blocks.map((block) => block.block_id);
  return repeats(ids).map((i) => `\`block_id\` "${ids[i]}" already exists [json-pointer:/blocks/${i}/block_id]`);
}

function doubledActionIds(blocks: Block[]): string[] {
  return blocks.flatMap((block, b) => {
    if (block.type !== 'actions') return [];
    const ids = block.elements.map((element) => element.action_id);
    return repeats(ids).map(
      (e) => `\`action_id\` "${ids[e]}" already exists [json-pointer:/blocks/${b}/elements/${e}/action_id]`,
    );
  });
}

/** The indexes of ids that stood earlier in the list. */
function repeats(ids: (string | undefined)[]): number[] {
  return ids.flatMap((id, i) => (id !== undefined && ids.indexOf(id) < i ? [i] : []));
}

function tooManyTables(blocks: Block[]): string[] {
  const tables = blocks.flatMap((block, i) => (block.type === 'table' ? [i] : []));
  return tables.slice(limits.tablesInMessage).map((i) => `only_one_table_allowed [json-pointer:/blocks/${i}]`);
}
