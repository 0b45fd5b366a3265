import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../domain/failure.ts';

/** Brings the database to this version's tables; each step runs once, all or nothing. Refuses a database that a newer Tidemark wrote. */
export function migrate(sqlite: DatabaseSync, location: string): void {
  if (versionOf(sqlite) === steps.length) return;
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    // Read again under the lock: another process may have been quicker.
    const version = versionOf(sqlite);
    if (version > steps.length) throw writtenByNewer(location, version);
    for (const step of steps.slice(version)) sqlite.exec(step);
    sqlite.exec(`PRAGMA user_version = ${steps.length}`);
    sqlite.exec('COMMIT');
  } catch (error) {
    sqlite.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(sqlite: DatabaseSync): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.user_version ?? 0);
}

function writtenByNewer(location: string, version: number): Failure {
  return new Failure(
    'state-unavailable',
    `The state database ${location} has version ${version}; this Tidemark knows versions up to ${steps.length}.`,
    { hint: 'A newer Tidemark wrote it. Run that version, or name another file under `state.path`.' },
  );
}

/** Step n leads from version n to n + 1. A step that was released is never edited. */
const steps: readonly string[] = [
  `
  CREATE TABLE processes (
    id TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    start_mark TEXT NOT NULL,
    beat_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    started_by TEXT NOT NULL,
    trigger TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    backup_id TEXT,
    progress TEXT,
    outcome TEXT,
    revision INTEGER NOT NULL,
    process TEXT NOT NULL REFERENCES processes (id),
    cancel_requested_by TEXT,
    CHECK ((finished_at IS NULL) = (outcome IS NULL))
  ) STRICT;
  CREATE UNIQUE INDEX jobs_by_revision ON jobs (revision);
  CREATE UNIQUE INDEX one_running_job ON jobs (kind, source) WHERE finished_at IS NULL;
  CREATE INDEX jobs_by_start ON jobs (started_at);

  CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    process TEXT NOT NULL REFERENCES processes (id),
    since INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE audit (
    sequence INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    action TEXT NOT NULL,
    source TEXT,
    subject TEXT,
    detail TEXT,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE audit_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER audit_is_never_edited BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TABLE due (
    key TEXT PRIMARY KEY,
    due_at INTEGER NOT NULL,
    handled_until INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE catalog (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;

  CREATE TABLE notes (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  'ALTER TABLE jobs ADD COLUMN due TEXT',
  `
  CREATE TABLE recoveries (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    target TEXT,
    recovery TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX recoveries_by_revision ON recoveries (revision);
  CREATE UNIQUE INDEX one_recovery_per_target ON recoveries (target)
    WHERE target IS NOT NULL AND state IN ('requested', 'approved', 'running', 'failed', 'interrupted');
  `,
];
