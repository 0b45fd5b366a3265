import type { CatalogEntry } from './catalog.ts';
import type { Job } from './job.ts';

/** What there is to know about a source, gathered before anything is judged. */
export interface StatusFacts {
  readonly source: string;
  readonly entries: readonly CatalogEntry[];
  /** Recent jobs of the source, newest first, running ones included. */
  readonly jobs: readonly Job[];
  /** Undefined when no full backup is scheduled. */
  readonly schedule?: FullSchedule;
  /** Keys for which nobody has said where their second copy lies. */
  readonly keysWithoutCopy: readonly { readonly id: string; readonly fingerprint: string }[];
}

export interface FullSchedule {
  /** The newest moment that was due, if any. */
  readonly lastDue?: Date;
  readonly next?: Date;
  /** A backup is to be restored for proof this often; undefined where nothing can be. */
  readonly proveEveryDays?: number;
}
