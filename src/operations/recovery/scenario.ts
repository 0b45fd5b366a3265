import type { CatalogEntry } from '../../domain/catalog.ts';
import type { ValidationReport } from '../../domain/checklist/checklist.ts';
import type { TableName } from '../../domain/manifest.ts';
import type { Principal } from '../../domain/principal.ts';
import type { RecoveryPlan } from '../../domain/recovery/plan.ts';
import type { WantedEnd } from '../../domain/recovery/recovery-end.ts';
import type { RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import type { ScenarioName } from '../../domain/recovery/scenario.ts';
import type { RestoreJournal } from '../restore-journal.ts';
import type { World } from '../world.ts';

/** One way to recover: a file under `scenarios`, and a line in `scenarios.ts`. */
export interface Scenario {
  readonly name: ScenarioName;
  /**
   * Makes the plan, touching nothing. A plan that was approved is made again right before it begins, with what `pinned` says, and has to come
   * out the same. What stands in the way is a refusal; Failures of repositories and servers stay Failures.
   */
  plan(world: World, wanted: PlanWanted): Promise<RecoveryPlan | RecoveryRefusal>;
  /**
   * What each step of its plans does, by the step's id. Each may have been begun before and been cut off: it begins anew, or goes on by its journal.
   * Whatever it leaves behind when the process dies in it has to be safe.
   */
  readonly steps: Readonly<Record<string, (run: RecoveryRun) => Promise<void>>>;
  /** Called once nothing goes on any more, whatever the end: lets go of what the steps hold. */
  close?(run: RecoveryRun): Promise<void>;
}

export interface PlanWanted {
  readonly principal: Pick<Principal, 'name' | 'via'>;
  readonly source: string;
  /** Of the configuration; undefined where a scratch server is wanted. */
  readonly target?: string;
  readonly end: WantedEnd;
  /** Only this one is a base. */
  readonly backup?: CatalogEntry;
  /** What only some scenarios ask for: a table, a transaction. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The plan that was approved: its backup and its end are taken as they stand there. */
  readonly pinned?: RecoveryPlan;
  readonly signal: AbortSignal;
}

/** What a step is given. */
export interface RecoveryRun {
  readonly world: World;
  /** Its id names the journal, and marks programs and sessions. */
  readonly id: string;
  readonly plan: RecoveryPlan;
  readonly journal: RestoreJournal;
  /** Aborted when the process is asked to end; steps are otherwise done to their end. */
  readonly signal: AbortSignal;
  progress(done: { readonly bytes?: number; readonly total?: number; readonly note?: string }): void;
  /** Found out on the way, for people. */
  note(text: string): void;
  eventsToEnable(events: readonly TableName[]): void;
  /** What the checklist and the validation queries said of the result. */
  validated(report: ValidationReport): void;
}
