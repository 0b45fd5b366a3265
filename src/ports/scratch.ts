import type { Flavour } from '../domain/server.ts';
import type { Target } from './target.ts';

/** Private servers to restore into: nobody else reaches them, and nothing of them stays. */
export interface Scratch {
  /** The server program that `start` would run for such a source. Failures: `tool-missing`, `tool-mismatch`. */
  find(
    wanted: Pick<ScratchRequest, 'flavour' | 'version'>,
  ): Promise<{ readonly server: string; readonly version: string }>;
  /**
   * Starts an empty server of this flavour and series, without network, in a directory that only this user can enter.
   * Failures: `tool-missing`, `tool-mismatch`; `scratch-busy` when as many run as may; `scratch-full` when what is expected has no room.
   */
  start(request: ScratchRequest): Promise<ScratchServer>;
  /** Ends servers whose owner died and removes what they left. Says which. */
  sweep(): Promise<string[]>;
}

export interface ScratchRequest {
  readonly flavour: Flavour;
  /** Of the server that the backup came from: the same series is started. */
  readonly version: string;
  readonly lowerCaseTableNames: number;
  readonly characterSet: string;
  /** What is going to lie in it, in bytes. */
  readonly expectedBytes: number;
  /** Aborts the start; a running server is ended by `destroy`. */
  readonly signal: AbortSignal;
}

/** Whoever starts one destroys it, whatever happens. */
export interface ScratchServer {
  /** `scratch-x7k2…`: its directory's name, and the mark on its process. */
  readonly name: string;
  readonly version: string;
  readonly target: Target;
  /** Path of a file with which this user's own client gets in: `mysql --defaults-file=PATH`. */
  readonly optionFile: string;
  /** Aborts, with a Failure as reason, when it has ended by itself or has grown past its bound. */
  readonly gaveUp: AbortSignal;
  /** Ends it and removes its data; resolves only when both are gone, with the proof. Safe to call twice. */
  destroy(): Promise<ScratchDestroyed>;
}

/** What was looked at after the end. */
export interface ScratchDestroyed {
  readonly name: string;
  readonly pid: number;
  readonly directory: string;
  readonly processGone: true;
  readonly directoryGone: true;
}
