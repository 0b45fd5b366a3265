import type { FailureFacts } from './job.ts';

/** One line of `tidemark doctor`. `bad` means that backups will not work or not be worth having; `warning`, that something is weaker than it should be. */
export interface Check {
  /** Stable, for machines: `source.grants`. */
  readonly id: string;
  /** What was looked at: a source, key or repository by name. */
  readonly subject: string;
  readonly state: 'good' | 'warning' | 'bad';
  readonly finding: string;
  /** What to do, as close to a command as it goes. */
  readonly mend?: string;
}

export type Attempt<Value> =
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'failed'; readonly failure: FailureFacts };
