import type { Clock } from '../../ports/clock.ts';
import type { State } from '../../ports/state.ts';
import { type ProcessTable, systemProcesses } from '../process/process-identity.ts';
import { openAuditLog } from './audit-log.ts';
import { openCatalogStore } from './catalog-store.ts';
import { openDatabase } from './database.ts';
import { openDueRows } from './due-rows.ts';
import { openJobs } from './jobs.ts';
import { openLeases } from './leases.ts';
import { openNotes } from './notes.ts';
import { openPresence } from './presence.ts';
import { openRecoveries } from './recoveries.ts';

export interface StateOptions {
  /** A file, made with its directory where it is missing, or `:memory:`. */
  readonly path: string;
  readonly clock?: Pick<Clock, 'now'>;
  /** Who this process is and who else lives; tests play dead holders with it. */
  readonly processes?: ProcessTable;
}

/** Opens the state that bot and CLI share. Failure `state-unavailable`. */
export function openState({ path, clock = wallClock, processes = systemProcesses() }: StateOptions): State {
  const database = openDatabase(path);
  const presence = openPresence(database, processes, clock);
  return {
    jobs: openJobs(database, presence, clock),
    audit: openAuditLog(database),
    due: openDueRows(database),
    catalog: openCatalogStore(database),
    notes: openNotes(database),
    leases: openLeases(database, presence, clock),
    recoveries: openRecoveries(database),
    close: () => database.close(),
  };
}

/** A state of its own that is gone with the process. */
export function memoryState(options: Omit<StateOptions, 'path'> = {}): State {
  return openState({ ...options, path: ':memory:' });
}

const wallClock: Pick<Clock, 'now'> = { now: () => new Date() };
