import type { Readable } from 'node:stream';
import type { BinlogInventory } from '../domain/binlog/decide-start.ts';
import type { Failure } from '../domain/failure.ts';

/** The binlogs of a source, as a replica sees them. Failures are a source's. */
export interface Binlogs {
  /** What the server has now. */
  inventory(): Promise<BinlogInventory>;
  /** What had been executed before a file, as the file itself says. */
  executedBefore(file: string): Promise<string>;
  /** Where the server writes now. Cheap: asked every second, over a session that is kept. */
  position(): Promise<ServerPosition>;
  /** Ends the file that is being written and begins another. */
  rotate(): Promise<void>;
  /**
   * Begins to read the server's binlogs, and goes on until it is closed or fails. Reads in a spool of this source alone: one at a time.
   * Failures besides a source's: `tool-missing`, `tool-mismatch`.
   */
  follow(start: FeedStart): Promise<BinlogFeed>;
  /** Lets go of the kept session. */
  close(): Promise<void>;
}

export interface ServerPosition {
  /** By the server's clock; asked before the position. */
  readonly at: Date;
  readonly file: string;
  readonly offset: number;
  /** `server_id`: tells of another server that answers at the same address now. */
  readonly serverId: string;
}

export interface FeedStart {
  readonly file: string;
  /** Of an event in that file; up to 4 for its beginning. The server puts a format event in front of anything else. */
  readonly offset: number;
}

/** What the server sends, file by file, in a private place on this machine. Whoever starts one closes it. */
export interface BinlogFeed {
  /** In the server's order; only the last one still grows. */
  files(): Promise<readonly SpooledFile[]>;
  /** The bytes of a file in [start, end), counted in what was sent. */
  read(file: string, start: number, end: number): Readable;
  /** Forgets a file that is not needed any more. */
  release(file: string): Promise<void>;
  /** Resolves when nothing more will come, with the reason. */
  readonly ended: Promise<Failure>;
  /** Ends the program and removes what was spooled. Safe to call twice. */
  close(): Promise<void>;
}

export interface SpooledFile {
  readonly name: string;
  readonly bytes: number;
}
