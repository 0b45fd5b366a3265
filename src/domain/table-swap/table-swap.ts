import { z } from 'zod';
import { tableNameSchema } from '../manifest.ts';
import { countOf } from '../measures.ts';
import { sha256 } from '../sha256.ts';
import { swapProgressSchema } from './swap-progress.ts';
import { swapStepSchema } from './swap-step.ts';
import { tableComparisonSchema } from './table-comparison.ts';
import type { TableFacts } from './table-facts.ts';

const time = z.iso.datetime();

/** Rows that refer to nothing once the recovered table serves. */
export const strandedRowsSchema = z.object({
  constraint: z.string(),
  child: tableNameSchema,
  rows: z.int().positive(),
});
export type StrandedRows = z.infer<typeof strandedRowsSchema>;

/** `12 rows of club.dues (paid_by)` */
export function strandedWords({ rows, child, constraint }: StrandedRows): string {
  return `${countOf(rows, 'row')} of ${child.schema}.${child.name} (${constraint})`;
}

/** Where an exchange stands. Whatever it is, one of the two tables serves, whole. */
export const swapPhases = [
  /** The recovered table is being put beside; a copy that was cut off is begun anew. */
  'copying',
  /** The recovered table stands beside the live one, compared. */
  'beside',
  'exchanging',
  /** The recovered table serves; the old one is kept. */
  'exchanged',
  'turning-back',
  /** What served before serves again; the recovered table is kept. */
  'turned-back',
  /** The table that does not serve is gone. */
  'over',
] as const;

/** A recovered table and the one whose place it takes, from the copy to the day on which the table that does not serve is dropped. */
export const tableSwapSchema = z.object({
  id: z.string(),
  source: z.string(),
  /** Who asked for it: somebody else lets it serve. */
  requestedBy: z.string(),
  table: tableNameSchema,
  copy: tableNameSchema,
  old: tableNameSchema,
  /** False where the table was gone. */
  hadLive: z.boolean(),
  phase: z.enum(swapPhases),
  steps: z.array(swapStepSchema),
  progress: swapProgressSchema,
  comparison: tableComparisonSchema,
  stranded: z.array(strandedRowsSchema),
  /** Of the recovered table before it came to serve. */
  recovered: z.object({ checksum: z.string(), rows: z.int().nonnegative() }),
  /** What the serving table looked like when this was written: `shapeOf` it. */
  shape: z.string(),
  /** Where the binlog stood shortly before the exchange. */
  place: z.object({ file: z.string(), offset: z.int() }).nullable(),
  exchangedAt: time.nullable(),
  /** From then on the table that does not serve may be dropped. */
  keepUntil: time,
});
export type TableSwap = z.infer<typeof tableSwapSchema>;

/** The table that does not serve; undefined where the table was gone and its recovered one serves. */
export function tableAside({ phase, hadLive, copy, old }: TableSwap): TableSwap['copy'] | undefined {
  if (phase === 'copying' || phase === 'beside' || phase === 'turned-back') return copy;
  return hadLive ? old : undefined;
}

/** What an exchange depends on, of the table that serves. Rows and counters are no part of it. */
export function shapeOf(live: TableFacts | undefined): string {
  if (!live) return 'none';
  const { createTable, triggers, foreignKeysIn } = live;
  const shape = [createTable.replace(/ AUTO_INCREMENT=\d+/, ''), triggers, foreignKeysIn];
  return sha256(Buffer.from(JSON.stringify(shape)));
}

/** Where AUTO_INCREMENT stands, in what SHOW CREATE TABLE printed. */
export function counterOf(createTable: string): bigint {
  const options = createTable.slice(createTable.lastIndexOf('\n)'));
  return BigInt(/ AUTO_INCREMENT=(\d+)/.exec(options)?.[1] ?? 0);
}
