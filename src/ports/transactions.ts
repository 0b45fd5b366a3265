import type { RunningTransaction, TransactionMark } from '../domain/running-transaction.ts';

/** The transactions that are open on a server. Failures are a source's. */
export interface Transactions {
  /** All but our own, as they are now: never from a cache of the server. Those of others are seen with PROCESS alone. */
  list(): Promise<OpenTransactions>;
  /**
   * Ends the connection behind a transaction, which rolls it back, if that very transaction is there still. It is looked at again right
   * before, over the session that then kills. Uses the source's `restore` user where there is one.
   * Failures: `source-missing-grant` when that may not end others' connections; `source-settings`, to be tried again, when it cannot be seen.
   */
  kill(wanted: TransactionMark): Promise<Killing>;
}

export interface OpenTransactions {
  readonly transactions: readonly RunningTransaction[];
  /** False where those that have only read may be missing: MySQL cannot list them while any statement holds a 4-byte character. */
  readonly complete: boolean;
}

export type Killing =
  | { readonly kind: 'killed'; readonly transaction: RunningTransaction }
  /** It has ended by itself: nothing was done. */
  | { readonly kind: 'gone' }
  /** Its connection has another transaction open now, or the same one has become another: nothing was done. */
  | { readonly kind: 'changed'; readonly now: RunningTransaction };
