import type { Check } from '../../domain/check.ts';
import type { People } from '../../domain/people.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Patient } from '../../operations/examine.ts';
import type { World } from '../../operations/world.ts';

/** What the command line is given by `main.ts`: doors that open only when a command walks through them. */
export interface CliParts {
  readonly version: string;
  /** How people call this program: `tidemark`, or `npm run -s tidemark --` in a checkout. */
  readonly name: string;
  readonly terminal: Terminal;
  /** Failure `configuration` names every mistake in the file. */
  openWorld(configFile: string): Promise<OpenWorld>;
  /** Opens as much as the configuration allows; the rest is in `problems`. With `testCard`, examining it posts one to Slack. */
  openPatient(
    configFile: string,
    options?: { testCard?: boolean },
  ): Promise<{ patient: Patient; problems: readonly Check[] }>;
  /** Writes the configuration and the key, neither over anything. */
  readonly founding: Founding;
  /** Runs the bot until the signal; refused where another one runs. */
  runBot(configFile: string, signal: AbortSignal): Promise<Refusal | undefined>;
  /** Calls back on SIGINT and SIGTERM, until the returned function is called. */
  onInterrupt(interrupted: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Ends the process at once. */
  exit(status: number): never;
}

export interface OpenWorld {
  readonly world: World;
  /** Who sits at this shell. */
  readonly principal: Principal;
  readonly people?: People;
  close(): void;
}

/** What `init` does to the disk. */
export interface Founding {
  exists(path: string): Promise<boolean>;
  /** Failure `usage` when there is something already. */
  writeConfiguration(path: string, text: string): Promise<void>;
  createKey(path: string, id: string): Promise<{ fingerprint: string }>;
  /** Remembers where the second copy of a key lies, in the state of a configuration that was just written. */
  confirmKeyCopy(configFile: string, keyId: string, where: string): Promise<void>;
  isSet(environmentVariable: string): boolean;
  /** Login name of whoever founds. */
  readonly osUser: string;
}

export interface Terminal {
  /** Standard output: answers only. */
  out(text: string): void;
  /** Standard error: progress, questions and troubles. */
  err(text: string): void;
  readonly outColours: boolean;
  readonly errColours: boolean;
  /** Columns of standard error when it is a terminal. */
  errColumns(): number | undefined;
  /** There when somebody sits at the terminal. An empty answer is an empty text. */
  readonly ask?: (question: string) => Promise<string>;
}
