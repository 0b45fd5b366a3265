import type { ApplicationCheck, Place } from '../domain/validation/validation.ts';
import type { ServerAddress } from './inspection.ts';

/** Whoever uses the data: asked whether it works with them. */
export interface Application {
  /**
   * Runs one configured check to its end or its limit. A command is told which server is meant: TIDEMARK_PLACE, TIDEMARK_HOST, TIDEMARK_PORT and
   * TIDEMARK_SOCKET in its environment. Never fails: what could not be run did not pass.
   */
  check(check: ApplicationCheck, on: { place: Place; address: ServerAddress }, signal: AbortSignal): Promise<Checked>;
}

export interface Checked {
  readonly passed: boolean;
  /** What came of it, without a word of its output: that may hold anything. */
  readonly finding: string;
  readonly milliseconds: number;
}
