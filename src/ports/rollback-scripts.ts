/** The place where people put their rollback scripts. */
export interface RollbackScripts {
  /** For people: a directory. */
  readonly place: string;
  /**
   * The script that leads back a migration, by its name. Nothing outside of the place is ever read, whatever its files link to.
   * Failure `configuration` when the place itself cannot be read.
   */
  find(migration: string): Promise<FoundScript>;
}

export type FoundScript =
  | { readonly kind: 'found'; readonly file: string; readonly bytes: Uint8Array }
  /** The names that it could have had. */
  | { readonly kind: 'missing'; readonly looked: readonly string[] }
  /** There is something, which is not read: a sentence says why. */
  | { readonly kind: 'unfit'; readonly problem: string };
