import { z } from 'zod';
import { countOf, formatCount } from '../measures.ts';

const difference = z.object({
  rows: z.int().nonnegative(),
  /** Keys of the first of them, never other values. */
  sample: z.array(z.string()),
});
export type Difference = z.infer<typeof difference>;

/** How the recovered table differs from the one that serves, in the columns that both have. */
export const tableComparisonSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compared'),
    /** `rows`: without a key that tells rows apart a changed row is one only here and one only there. */
    by: z.enum(['key', 'rows']),
    /** Rows of each. */
    recovered: z.int().nonnegative(),
    live: z.int().nonnegative(),
    onlyRecovered: difference,
    onlyLive: difference,
    changed: difference,
    /** Columns that the other has not. */
    columnsOnlyRecovered: z.array(z.string()),
    columnsOnlyLive: z.array(z.string()),
  }),
  /** There is no live table. */
  z.object({ kind: z.literal('nothing-there'), recovered: z.int().nonnegative() }),
  z.object({ kind: z.literal('not-compared'), why: z.string() }),
]);
export type TableComparison = z.infer<typeof tableComparisonSchema>;

/** What the exchange would bring and take, a sentence each. */
export function comparisonLines(comparison: TableComparison): string[] {
  switch (comparison.kind) {
    case 'nothing-there':
      return [`There is no live table. The recovered one has ${countOf(comparison.recovered, 'row')}.`];
    case 'not-compared':
      return [`The two tables could not be compared: ${comparison.why}`];
    case 'compared': {
      const { recovered, live, onlyRecovered, onlyLive, changed, columnsOnlyLive, columnsOnlyRecovered } = comparison;
      const same = onlyRecovered.rows + onlyLive.rows + changed.rows === 0;
      return [
        `${countOf(recovered, 'row')} recovered, ${formatCount(live)} live.`,
        ...(same ? ['Both hold the same rows.'] : []),
        ...differenceLine(
          onlyRecovered,
          'is only in the recovered table',
          'are only in the recovered table',
          (rows) => `brings ${rows}`,
        ),
        ...differenceLine(
          onlyLive,
          'is only in the live table',
          'are only in the live table',
          (rows) => `takes ${rows} away`,
        ),
        ...differenceLine(changed, 'differs', 'differ', (rows) => `sets ${rows} back`),
        ...(columnsOnlyRecovered.length > 0
          ? [`Columns that only the recovered table has: ${columnsOnlyRecovered.join(', ')}.`]
          : []),
        ...(columnsOnlyLive.length > 0 ? [`Columns that only the live table has: ${columnsOnlyLive.join(', ')}.`] : []),
      ];
    }
  }
}

function differenceLine(
  { rows, sample }: Difference,
  one: string,
  many: string,
  does: (rows: string) => string,
): string[] {
  if (rows === 0) return [];
  const keys = sample.length === 0 ? '' : ` (${sample.length < rows ? 'such as ' : ''}${sample.join('; ')})`;
  return [
    `${countOf(rows, 'row')} ${rows === 1 ? one : many}${keys}: the exchange ${does(rows === 1 ? 'it' : 'them')}.`,
  ];
}
