import type { AuditEntry, AuditRecord } from '../domain/audit-chain.ts';
import type { CatalogEntry } from '../domain/catalog.ts';
import type { DueMoment, Job, JobKind, Outcome, Progress, Trigger } from '../domain/job.ts';
import type { Recovery, StoredRecovery } from '../domain/recovery/recovery.ts';

/**
 * What the bot and the CLI share in one state database. All of it can be lost: backups are in the repository.
 * Failure `state-unavailable` when the database cannot be opened or written.
 */
export interface State {
  readonly jobs: Jobs;
  readonly audit: AuditLog;
  readonly due: DueRows;
  readonly catalog: CatalogStore;
  readonly notes: Notes;
  readonly leases: Leases;
  readonly recoveries: Recoveries;
  close(): void;
}

export interface Jobs {
  /**
   * Starts a job under a lease of this process. One job per kind and source runs at a time: where the lease of a running one is alive it is returned instead,
   * where its process is dead that job becomes `cut-off` and the new one starts.
   */
  start(job: NewJob): { kind: 'started'; job: Job } | { kind: 'busy'; running: Job };
  /** Shows life and progress; `backupId` once known. */
  report(id: string, change: { progress?: Progress; backupId?: string }): void;
  /** Ends a job once; a second end is ignored. */
  finish(id: string, outcome: Outcome): void;
  get(id: string): Job | undefined;
  running(source?: string): Job[];
  /** Newest first. */
  list(filter: { source?: string; kind?: JobKind; limit?: number }): Job[];
  /** Jobs changed since `revision`, oldest change first. */
  changedSince(revision: number): Job[];
  /** Marks every running job whose process is dead as `cut-off` and returns those. */
  markCutOff(): Job[];
  /** Asks whoever runs the job to stop; the runner sees it through `cancelRequested`. */
  requestCancel(id: string, by: string): void;
  cancelRequested(id: string): string | undefined;
}

export interface NewJob {
  readonly kind: JobKind;
  readonly source: string;
  readonly startedBy: string;
  readonly trigger: Trigger;
  readonly due?: DueMoment;
}

export interface AuditLog {
  /** Appends under the chain's lock; the hash binds the entry to the one before. */
  append(entry: AuditEntry): AuditRecord;
  list(filter?: { source?: string; actor?: string; limit?: number }): AuditRecord[];
  /** The whole chain from its beginning. */
  all(): Iterable<AuditRecord>;
}

/** What is due is a row with a time. */
export interface DueRows {
  put(row: DueRow): void;
  get(key: string): DueRow | undefined;
  list(): DueRow[];
  remove(key: string): void;
}

export interface DueRow {
  /** `full:alumni` */
  readonly key: string;
  readonly dueAt: Date;
  /** The moment up to which this schedule has been looked after. */
  readonly handledUntil: Date;
}

export interface CatalogStore {
  put(entry: CatalogEntry): void;
  get(id: string): CatalogEntry | undefined;
  remove(id: string): void;
  /** Newest first. */
  list(filter?: { source?: string; kind?: string; limit?: number }): CatalogEntry[];
  replaceAll(entries: CatalogEntry[]): void;
}

/** Small things worth remembering, by key: where a key's second copy lies, which Slack message shows a job. */
export interface Notes {
  get(key: string): string | undefined;
  /** `lightly`: may be lost in a power cut, and costs next to nothing. */
  set(key: string, value: string, options?: { lightly?: boolean }): void;
  remove(key: string): void;
}

export interface Leases {
  /** Takes the lease for this process, or tells who holds it alive. Held until released or the process is dead. */
  take(name: string): { kind: 'taken' } | { kind: 'held'; pid: number; since: Date };
  holder(name: string): { pid: number; since: Date } | undefined;
  release(name: string): void;
  /** Shows that this process still lives, for all its leases and jobs. */
  beat(): void;
}

/** Every recovery that was asked for, whatever became of it. Who runs one has the lease `recovery:<id>`. */
export interface Recoveries {
  /** Adds one, unless one that is still open goes to the same server: that one is returned instead. */
  request(
    recovery: Recovery,
  ): { kind: 'requested'; recovery: StoredRecovery } | { kind: 'busy'; other: StoredRecovery };
  get(id: string): StoredRecovery | undefined;
  /** The one whose id ends so; undefined where there is none, or more than one. */
  endingWith(suffix: string): StoredRecovery | undefined;
  /** Newest first. */
  list(filter?: { source?: string; open?: boolean; limit?: number }): StoredRecovery[];
  /** Those whose scratch server stands, as far as is written down. */
  onScratch(): StoredRecovery[];
  /** Decides on what is there now, with nobody else in between; `undefined` leaves it as it is. Answers what is there then. A revision that is handed back says nothing. */
  change(id: string, decide: (current: StoredRecovery) => Recovery | undefined): StoredRecovery | undefined;
  /** Those changed since `revision`, oldest change first. */
  changedSince(revision: number): StoredRecovery[];
}
