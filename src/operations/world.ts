import type { People } from '../domain/people.ts';
import type { RulesByScenario } from '../domain/recovery/approval-rule.ts';
import type { Schedules } from '../domain/schedule.ts';
import type { Validation } from '../domain/validation/validation.ts';
import type { Application } from '../ports/application.ts';
import type { Calendar, Clock } from '../ports/clock.ts';
import type { CrashPoint } from '../ports/crash-point.ts';
import type { Directory } from '../ports/directory.ts';
import type { Encryption } from '../ports/encryption.ts';
import type { Log } from '../ports/log.ts';
import type { Repositories } from '../ports/repository.ts';
import type { RollbackScripts } from '../ports/rollback-scripts.ts';
import type { Scratch } from '../ports/scratch.ts';
import type { Source } from '../ports/source.ts';
import type { State } from '../ports/state.ts';
import type { Target } from '../ports/target.ts';

/** Everything the operations reach, handed in once by `main.ts`. */
export interface World {
  readonly sources: ReadonlyMap<string, Source>;
  readonly repositories: Repositories;
  readonly encryption: Encryption;
  readonly state: State;
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** Undefined when no scratch servers are configured. */
  readonly scratch?: Scratch;
  /** Servers that a recovery may go to, by name. */
  readonly targets?: ReadonlyMap<string, Target>;
  /** Sources, logged in to as whom approved steps work as: only of those that have `restore` in the configuration. */
  readonly restorers?: ReadonlyMap<string, Target>;
  /** By source, for how many days the table of an exchange that does not serve is kept; 7 where nothing is said. */
  readonly keepTablesDays?: ReadonlyMap<string, number>;
  readonly approvals?: RulesByScenario;
  /** Scripts that lead migrations back, by source: of those that have a folder for them. */
  readonly rollbackScripts?: ReadonlyMap<string, RollbackScripts>;
  /** Who is listed now: an approval of somebody who is not any more counts no longer. */
  readonly people?: People;
  /** Undefined where there is no Slack. */
  readonly directory?: Directory;
  readonly schedules: Schedules;
  /** What each source's data is held to. */
  readonly validations?: ReadonlyMap<string, Validation>;
  /** Whoever uses the data, where it can be asked. */
  readonly application?: Application;
  /** A disk that is full within so many days is warned of; two weeks when left out. */
  readonly warnWhenFullWithinDays?: number;
  readonly crashPoint: CrashPoint;
  readonly log: Log;
  readonly backups: BackupSettings;
  /** Bytes of `recover.mjs`, written into every repository. */
  readonly recoverProgram: Uint8Array;
  /** Tidemark's own version. */
  readonly version: string;
}

export interface BackupSettings {
  /** At most so many mysqldump processes per backup, 1 to 16. */
  readonly processes: number;
  /** How many of them are read at a time. */
  readonly readers: number;
  /** Verify right after each full backup. */
  readonly verifyAfter: boolean;
  /** Take a checksum of every table in the dump's snapshot. */
  readonly checksums: boolean;
}
