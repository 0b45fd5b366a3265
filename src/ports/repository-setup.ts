import type { Check } from '../domain/check.ts';

/** What a repository can look at and mend about its place, beyond being usable: a bucket's settings. */
export interface RepositorySetup {
  /**
   * How the place is set up, one line per setting; without the place one bad line, `repository.place`.
   * Failure `repository-unavailable` when nothing can be seen.
   */
  inspect(): Promise<readonly SetupCheck[]>;

  /** Makes the place. What somebody made meanwhile, and owns, is fine. Failure `repository-unavailable`. */
  create(): Promise<void>;

  /** Mends one line of `inspect` by its id, leaving what others have set beside it. Failure `repository-unavailable`. */
  apply(id: string): Promise<void>;
}

export interface SetupCheck extends Check {
  /** Whether `apply` can mend it. */
  readonly applicable: boolean;
}
