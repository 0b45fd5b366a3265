import { z } from 'zod';

/** A transaction that was open on a server when it was looked at. */
export const runningTransactionSchema = z.object({
  /** The server's own id of it; another transaction of the same connection has another. */
  id: z.string(),
  /** What KILL takes. */
  connection: z.int().positive(),
  /** As the server writes it, by the server's clock: together with the two above, which transaction it is. */
  started: z.string(),
  ageSeconds: z.number().nonnegative(),
  /** `RUNNING`, `LOCK WAIT`, `ROLLING BACK`, … */
  state: z.string(),
  user: z.string(),
  host: z.string(),
  schema: z.string(),
  /** What its connection does: `Query`, or `Sleep` where its owner says nothing. */
  command: z.string(),
  rowsChanged: z.int().nonnegative(),
  rowsLocked: z.int().nonnegative(),
  /** What it executes, values left out; empty where it executes nothing. */
  statement: z.string(),
});
export type RunningTransaction = z.infer<typeof runningTransactionSchema>;

/** Which transaction is meant. */
export type TransactionMark = Pick<RunningTransaction, 'id' | 'connection' | 'started'>;

/** All three have to be the same still; seconds are counted by two lists of the server, which round in two ways. */
export function isSameTransaction(a: TransactionMark, b: TransactionMark): boolean {
  const apart = Math.abs(secondsOf(a.started) - secondsOf(b.started));
  return a.id === b.id && a.connection === b.connection && apart <= 2;
}

function secondsOf(started: string): number {
  return Date.parse(`${started.replace(' ', 'T')}Z`) / 1000;
}

/** Those that have been open for so long, the oldest first. */
export function longRunning(all: readonly RunningTransaction[], leastSeconds: number): RunningTransaction[] {
  return all
    .filter(({ ageSeconds }) => ageSeconds >= leastSeconds)
    .sort((a, b) => b.ageSeconds - a.ageSeconds || a.connection - b.connection);
}

export const incompleteWords =
  'Those that have only read may be missing: MySQL cannot list them while any statement holds a 4-byte character.';
