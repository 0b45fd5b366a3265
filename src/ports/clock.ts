/** The time, and waiting for it. Tests move it by hand. */
export interface Clock {
  now(): Date;
  /**
   * Calls `run` about every `milliseconds`, at once too where asked, until the returned function is called. A run that is still going is not started again.
   * What the returned function answers settles when the run that was going has ended: until then what it uses must stay open.
   */
  every(milliseconds: number, run: () => Promise<void>, options?: { readonly atOnce?: boolean }): () => Promise<void>;
}

/** Answers only which moments match; who runs what is decided elsewhere. */
export interface Calendar {
  /** The moments in (after, until] that `cron` (five fields) matches in `zone` (default UTC), oldest first; at most `limit` of the newest. */
  matches(cron: string, after: Date, until: Date, options?: { zone?: string; limit?: number }): Date[];
  next(cron: string, after: Date, options?: { zone?: string }): Date | undefined;
  /** A sentence when the expression is wrong, otherwise undefined. */
  problem(cron: string, zone?: string): string | undefined;
}
