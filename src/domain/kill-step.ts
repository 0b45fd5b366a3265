import { z } from 'zod';
import { countOf, formatDuration } from './measures.ts';
import { type RunningTransaction, runningTransactionSchema } from './running-transaction.ts';

/** The one step of a plan that ends a transaction: which one, as it was shown to who approves. */
export const killStepSchema = z.object({
  kind: z.literal('kill-transaction'),
  source: z.string(),
  transaction: runningTransactionSchema,
});
export type KillStep = z.infer<typeof killStepSchema>;

export function killStep(source: string, transaction: RunningTransaction): KillStep {
  return { kind: 'kill-transaction', source, transaction };
}

/** What is in the plan for people: what is ended, and what that undoes. */
export function killStepWords({ source, transaction }: KillStep): string {
  const { connection, user, host, ageSeconds, rowsChanged } = transaction;
  const undone =
    rowsChanged === 0 ? 'it has changed nothing yet' : `${countOf(rowsChanged, 'row')} of it are rolled back`;
  return `end connection ${connection} of ${user}@${host} on ${source}, whose transaction has been open for ${formatDuration(ageSeconds * 1000)}: ${undone}`;
}

/** Rolling back takes about as long as it took to change the rows, so an old transaction that changed much does not end at once. */
export function killWarning({ transaction: { rowsChanged, state } }: KillStep): string | undefined {
  if (state === 'ROLLING BACK') return 'it is being rolled back already: ending its connection changes nothing';
  return rowsChanged > 100_000
    ? `rolling ${countOf(rowsChanged, 'row')} back takes a while, and holds their locks until then`
    : undefined;
}
