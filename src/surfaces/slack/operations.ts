import { findStatement } from '../../operations/binlog/find-statement.ts';
import { cancelJob } from '../../operations/cancel-job.ts';
import { readCopies } from '../../operations/copies/read-copies.ts';
import { diffSchemas } from '../../operations/diff-schemas.ts';
import { keepBackup, unkeepBackup } from '../../operations/keep-backup.ts';
import { listBackups } from '../../operations/list-backups.ts';
import { listTransactions } from '../../operations/list-transactions.ts';
import { measureStorage } from '../../operations/measure-storage.ts';
import { endMigration, startMigration } from '../../operations/migration/announce-migration.ts';
import { listMigrations } from '../../operations/migration/list-migrations.ts';
import { planPrune } from '../../operations/plan-prune.ts';
import { prune } from '../../operations/prune.ts';
import { readStatus, statusOf } from '../../operations/read-status.ts';
import { decideAsked, enableEvents, findRecovery, mayApprove } from '../../operations/recovery/decide.ts';
import { requestRecovery } from '../../operations/recovery/request-recovery.ts';
import { sourcesFor, sourcesToLookAt } from '../../operations/resolve-source.ts';
import { retryJob } from '../../operations/retry-job.ts';
import { showBackup } from '../../operations/show-backup.ts';
import { startBackup } from '../../operations/start-backup.ts';
import { startVerification } from '../../operations/start-verification.ts';
import { exchangeBeside, listTables, undoExchange } from '../../operations/table-swap/decide-swap.ts';
import { validateSource } from '../../operations/validation/validate-source.ts';
import { whoAmI } from '../../operations/who-am-i.ts';

/** What Slack asks of the bot. Handed in, so that tests can play jobs that need no server. */
export const operations = {
  startBackup,
  startVerification,
  readStatus,
  statusOf,
  listBackups,
  planPrune,
  prune,
  keepBackup,
  unkeepBackup,
  measureStorage,
  readCopies,
  showBackup,
  diffSchemas,
  validateSource,
  findStatement,
  listTransactions,
  whoAmI,
  retryJob,
  cancelJob,
  startMigration,
  endMigration,
  listMigrations,
  requestRecovery,
  decideAsked,
  mayApprove,
  enableEvents,
  findRecovery,
  sourcesFor,
  sourcesToLookAt,
  listTables,
  exchangeBeside,
  undoExchange,
};

export type Operations = typeof operations;
