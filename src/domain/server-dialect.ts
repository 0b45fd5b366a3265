import { compareVersions, type Flavour } from './server.ts';

/** What differs between servers, decided once. Every statement is ready to run. */
export interface ServerDialect {
  /** Answers file and offset as its first two columns; no row when the binlog is off. */
  readonly binlogStatus: string;
  /** Answers the GTID set that the server has executed, as one column `gtidSet`. */
  readonly gtidSet: string;
  /**
   * How position and GTID set of one moment are told while others write: `logStatus` answers all three, `gtidSetAt` the set for a file
   * and an offset. Neither where the server has no such answer.
   */
  readonly oneMoment: { readonly logStatus?: string; readonly gtidSetAt?: string };
  /** Stop DDL but not DML while the dumps run; and the privilege that needs. */
  readonly guardDdl:
    | { readonly method: 'instance-lock' | 'backup-stage'; readonly statements: readonly string[] }
    | undefined;
  readonly releaseDdlGuard: string | undefined;
  /** What the process list shows for DDL that waits for the guard. */
  readonly waitingDdlStates: readonly string[];
  /** The dump program's names, the preferred first. */
  readonly dumpPrograms: readonly string[];
  readonly clientPrograms: readonly string[];
  readonly binlogPrograms: readonly string[];
  /** The binlog program's flag for the id under which it connects; a replica of the same id would be cut off. */
  readonly binlogServerIdFlag: string;
  /** Flags of the dump program that only this flavour knows. */
  readonly dumpFlags: readonly string[];
  /** Flags that bring the history of system-versioned tables into the dump, and how its rows are counted. */
  readonly history: { readonly dumpFlags: readonly string[]; readonly countClause: string };
  /** Makes SHOW CREATE USER print hashes so that they can be typed again. */
  readonly printableHashes: string | undefined;
}

export function serverDialect(flavour: Flavour, version: string): ServerDialect {
  const since = (wanted: string) => compareVersions(version, wanted) >= 0;
  if (flavour === 'mariadb') {
    return {
      binlogStatus: since('10.5.2') ? 'SHOW BINLOG STATUS' : 'SHOW MASTER STATUS',
      gtidSet: 'SELECT @@GLOBAL.gtid_binlog_pos AS gtidSet',
      oneMoment: { gtidSetAt: 'SELECT BINLOG_GTID_POS(?, ?) AS gtidSet' },
      guardDdl: since('10.4.1')
        ? {
            method: 'backup-stage',
            statements: ['BACKUP STAGE START', 'BACKUP STAGE FLUSH', 'BACKUP STAGE BLOCK_DDL'],
          }
        : undefined,
      releaseDdlGuard: since('10.4.1') ? 'BACKUP STAGE END' : undefined,
      waitingDdlStates: ['Waiting for backup lock', 'Waiting for backup metadata lock'],
      dumpPrograms: ['mariadb-dump', 'mysqldump'],
      clientPrograms: ['mariadb', 'mysql'],
      binlogPrograms: ['mariadb-binlog', 'mysqlbinlog'],
      binlogServerIdFlag: '--stop-never-slave-server-id',
      dumpFlags: [],
      // Older servers cannot take history back.
      history: since('10.11.0')
        ? { dumpFlags: ['--dump-history'], countClause: ' FOR SYSTEM_TIME ALL' }
        : { dumpFlags: [], countClause: '' },
      printableHashes: undefined,
    };
  }
  return {
    binlogStatus: since('8.2.0') ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS',
    gtidSet: 'SELECT @@GLOBAL.gtid_executed AS gtidSet',
    oneMoment: since('8.0.14') ? { logStatus } : {},
    guardDdl: since('8.0.0') ? { method: 'instance-lock', statements: ['LOCK INSTANCE FOR BACKUP'] } : undefined,
    releaseDdlGuard: since('8.0.0') ? 'UNLOCK INSTANCE' : undefined,
    waitingDdlStates: ['Waiting for backup lock'],
    dumpPrograms: ['mysqldump'],
    clientPrograms: ['mysql'],
    binlogPrograms: ['mysqlbinlog'],
    binlogServerIdFlag: '--connection-server-id',
    dumpFlags: ['--set-gtid-purged=OFF'],
    history: { dumpFlags: [], countClause: '' },
    printableHashes: since('8.0.17') ? 'SET SESSION print_identified_with_as_hex = ON' : undefined,
  };
}

/** Needs BACKUP_ADMIN, as the instance lock does. */
const logStatus = `SELECT \`LOCAL\`->>'$.binary_log_file' AS file, \`LOCAL\`->>'$.binary_log_position' AS offset,
  \`LOCAL\`->>'$.gtid_executed' AS gtidSet FROM performance_schema.log_status`;
