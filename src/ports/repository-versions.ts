/** For a store that keeps what was removed or replaced: getting rid of it for good. Where there are no versions, `remove` does that. */
export interface RepositoryVersions {
  /**
   * Removes every version of an object, so that nothing of it can be read again. Doing it twice is fine.
   * What the store is bound to keep is answered, not fought. Failure `repository-unavailable`.
   */
  destroy(key: string): Promise<Destroyed>;

  /** What keeps an object from being removed now; undefined when nothing does, or there is none. Failure `repository-unavailable`. */
  lockOf(key: string): Promise<LockedVersion | undefined>;
}

export interface Destroyed {
  /** How many versions were removed. */
  readonly versions: number;
  readonly locked: readonly LockedVersion[];
}

/** A version under Object Lock. */
export interface LockedVersion {
  readonly id: string;
  /** Undefined under a legal hold, which has no end of its own. */
  readonly until?: Date;
}
