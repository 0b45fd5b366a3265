import type { Log } from '../ports/log.ts';

/** What the process finds around itself. */
export interface Around {
  readonly env: NodeJS.ProcessEnv;
  /** Login name of whoever runs this. */
  readonly osUser: string;
  readonly log: Log;
}
