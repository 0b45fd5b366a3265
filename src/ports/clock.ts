/** The time, and waiting for it. Tests move it by hand. */
export interface Clock {
  now(): Date;
  /** Calls `run` about every `milliseconds` until the returned function is called. A run that is still going is not started again. */
  every(milliseconds: number, run: () => Promise<void>): () => void;
}

/** Answers only which moments match; who runs what is decided elsewhere. */
export interface Calendar {
  /** The moments in (after, until] that `cron` (five fields) matches in `zone` (default UTC), oldest first; at most `limit` of the newest. */
  matches(cron: string, after: Date, until: Date, options?: { zone?: string; limit?: number }): Date[];
  next(cron: string, after: Date, options?: { zone?: string }): Date | undefined;
  /** A sentence when the expression is wrong, otherwise undefined. */
  problem(cron: string, zone?: string): string | undefined;
}
