import type { Readable } from 'node:stream';
import type { RepositorySetup } from './repository-setup.ts';
import type { RepositoryVersions } from './repository-versions.ts';

/**
 * A place that keeps objects under keys like `alumni/full/<id>/parts/010-structure`.
 * Keys are relative, `/`-separated, of [A-Za-z0-9._-] segments, never `.` or `..`.
 * Every adapter passes `test/contract/repository.ts`.
 */
export interface Repository {
  /** `primary`, or the copy's name. */
  readonly name: string;
  /** Where it is, for people: a path or a URL without credentials. */
  readonly location: string;

  /** Creates what is missing and proves that objects can be written, read and removed. Failure `repository-unavailable`. */
  prepare(): Promise<void>;

  /**
   * Stores a whole object or nothing: until the promise resolves nobody sees it, and once it resolves it survives a power cut.
   * An existing object is replaced, unless `ifAbsent`: then Failure `object-exists`. With `ifTag` only the very object with that tag is
   * replaced: otherwise Failure `object-changed`. Where the store cannot tell while it writes, it is looked at right before.
   * An error or abort of `body` or `signal` leaves no object.
   */
  put(key: string, body: Readable | Uint8Array, options?: PutOptions): Promise<StoredObject>;

  /** Streams an object from `start` (default 0). Failure `object-missing`. */
  get(key: string, options?: GetOptions): Promise<Readable>;

  /** Undefined when there is none. */
  stat(key: string): Promise<StoredObject | undefined>;

  /** Every object whose key begins with `prefix`, in key order; unfinished writes are not objects. */
  list(prefix: string): AsyncIterable<StoredObject>;

  /** Removes an object; removing one that is not there is fine. */
  remove(key: string): Promise<void>;

  /**
   * Gives an object up for good. A place that clears away by itself what is marked for it (a bucket, by its lifecycle) marks it, and
   * still lists it until then: whatever makes it count, such as a manifest, is removed before. Any other place removes it at once.
   * Doing it twice, or to an object that is not there, is fine. Answers which of the two it did.
   */
  expire(key: string): Promise<'removed' | 'marked'>;

  /** Removes what interrupted writes below `prefix` left, and says how many. Only for a prefix that nobody writes to now. */
  sweepUnfinished(prefix: string): Promise<number>;

  /** Bytes that may still be stored; undefined where there is no telling. */
  freeBytes(): Promise<number | undefined>;

  /** Where the place itself has settings worth looking at. */
  readonly setup?: RepositorySetup;

  /** Where what was removed can come back. */
  readonly versions?: RepositoryVersions;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
  /** Another one whenever the object was replaced. Listings may leave it out. */
  readonly tag?: string;
}

export interface PutOptions {
  readonly ifAbsent?: boolean;
  /** As `stat` answered it. */
  readonly ifTag?: string;
  readonly signal?: AbortSignal;
}

export interface GetOptions {
  readonly start?: number;
  readonly signal?: AbortSignal;
}

/** The primary and its copies. A backup is whole when the primary has it; copies follow. */
export interface Repositories {
  readonly primary: Repository;
  readonly copies: readonly Repository[];
  /** Milliseconds that each copy may be behind, by its name; an hour where nothing is said. */
  readonly maxLag?: Readonly<Record<string, number>>;
}
