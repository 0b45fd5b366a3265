/** The tables of the state database as Kysely types. Times are milliseconds since 1970, except in the audit log, which people read. */
export interface Tables {
  jobs: JobsTable;
  processes: ProcessesTable;
  leases: LeasesTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  due: DueTable;
  catalog: CatalogTable;
  notes: NotesTable;
  recoveries: RecoveriesTable;
}

export interface JobsTable {
  id: string;
  kind: string;
  source: string;
  started_by: string;
  trigger: string;
  /** JSON */
  due: string | null;
  started_at: number;
  finished_at: number | null;
  backup_id: string | null;
  /** JSON */
  progress: string | null;
  /** JSON */
  outcome: string | null;
  revision: number;
  /** `processes.id` of whoever runs it. */
  process: string;
  cancel_requested_by: string | null;
}

export interface ProcessesTable {
  id: string;
  pid: number;
  host: string;
  start_mark: string;
  beat_at: number;
}

export interface LeasesTable {
  name: string;
  process: string;
  since: number;
}

export interface AuditTable {
  sequence: number;
  /** ISO 8601 in UTC, milliseconds. */
  at: string;
  actor: string;
  via: string;
  action: string;
  source: string | null;
  subject: string | null;
  /** JSON */
  detail: string | null;
  previous_hash: string;
  hash: string;
}

/** One row: the newest record, said a second time. */
export interface AuditHeadTable {
  one: 1;
  sequence: number;
  hash: string;
}

export interface DueTable {
  key: string;
  due_at: number;
  handled_until: number;
}

export interface CatalogTable {
  id: string;
  source: string;
  kind: string;
  /** JSON */
  entry: string;
}

export interface NotesTable {
  key: string;
  value: string;
}

export interface RecoveriesTable {
  id: string;
  source: string;
  state: string;
  /** What no two open ones share. */
  target: string | null;
  /** JSON */
  recovery: string;
  revision: number;
}
