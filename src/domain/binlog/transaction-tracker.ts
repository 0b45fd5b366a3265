import type { EventGtid, EventMeaning } from './event-meaning.ts';

export interface EndedTransaction {
  readonly gtid?: EventGtid;
  /** Earliest and latest of its events, seconds since 1970. */
  readonly first: number;
  readonly last: number;
}

export interface TransactionTracker {
  /** Whether no transaction is open. */
  isWhole(): boolean;
  /** Takes the next event of a file, and answers the transaction that ended with it, or right before it. */
  take(meaning: EventMeaning, timestamp: number): EndedTransaction | undefined;
}

/** Tells where the transactions of one file end. */
export function transactionTracker(): TransactionTracker {
  let open: { gtid?: EventGtid; begun: boolean; first: number; last: number } | undefined;

  function end(): EndedTransaction | undefined {
    const ended = open;
    open = undefined;
    return ended;
  }

  return {
    isWhole: () => open === undefined,
    take(meaning, timestamp) {
      if (open && meaning.kind !== 'gtid' && timestamp > 0) {
        open.first = Math.min(open.first, timestamp);
        open.last = Math.max(open.last, timestamp);
      }
      switch (meaning.kind) {
        case 'gtid': {
          const before = end();
          const { gtid } = meaning;
          open = { ...(gtid && { gtid }), begun: meaning.begun, first: timestamp, last: timestamp };
          return before;
        }
        case 'begin':
          if (open) open.begun = true;
          return undefined;
        case 'end':
          return end();
        case 'statement':
          return open?.begun ? undefined : end();
        default:
          return undefined;
      }
    },
  };
}
