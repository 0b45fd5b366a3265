import { formatDay } from '../measures.ts';
import { formatList } from '../wording.ts';
import { comparisonLines } from './table-comparison.ts';
import { strandedWords, type TableSwap, tableAside } from './table-swap.ts';

/** Which of the two tables serves, and what is with the other, in a sentence. */
export function phaseWords(swap: TableSwap): string {
  const until = `kept until ${formatDay(new Date(swap.keepUntil))}`;
  switch (swap.phase) {
    case 'copying':
      return 'the live table serves; the recovered one is not whole yet';
    case 'beside':
      return `${swap.hadLive ? 'the live table serves' : 'there is no such table'}; the recovered one waits beside, ${until}`;
    case 'exchanging':
      return 'half-way to the recovered table: one whole table serves; go on with exchange, or back with undo';
    case 'exchanged':
      return `the recovered table serves${swap.hadLive ? `; the old one is ${until}` : ''}`;
    case 'turning-back':
      return 'half-way back to the old table: one whole table serves; go on with undo';
    case 'turned-back':
      return `the table that was there before serves; the recovered one is ${until}`;
    case 'over':
      return 'over';
    default:
      return swap.phase satisfies never;
  }
}

/** All that people need to decide on it. */
export function swapLines(swap: TableSwap): string[] {
  const { table, steps, stranded, comparison } = swap;
  const aside = tableAside(swap);
  return [
    `${table.schema}.${table.name}: ${phaseWords(swap)}.`,
    ...(aside ? [`The one that does not serve is ${aside.schema}.${aside.name}.`] : []),
    ...comparisonLines(comparison),
    ...(stranded.length > 0 ? [`Rows that would refer to nothing: ${formatList(stranded.map(strandedWords))}.`] : []),
    ...(swap.phase === 'beside' ? ['Steps of an exchange:', ...steps.map(({ forth }) => `  ${forth.sql}`)] : []),
    ...(steps.some(({ rewrites }) => rewrites) && swap.phase === 'beside'
      ? ['One of them writes the table anew, for its checks: writes wait for so long.']
      : []),
  ];
}
