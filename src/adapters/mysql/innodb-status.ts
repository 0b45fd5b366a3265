/** A transaction as the report of InnoDB's monitor has it. */
export interface MonitoredTransaction {
  readonly id: string;
  readonly connection: number;
  readonly activeSeconds: number;
  readonly state: 'RUNNING' | 'LOCK WAIT' | 'ROLLING BACK';
  readonly rowsChanged: number;
  readonly rowsLocked: number;
}

/** The open transactions of SHOW ENGINE INNODB STATUS; of each only what stands before its statement, which may hold anything. */
export function readInnodbStatus(report: string): MonitoredTransaction[] {
  const [, section = ''] = report.split('LIST OF TRANSACTIONS FOR EACH SESSION:\n');
  return section.split(/^---TRANSACTION /m).flatMap((block) => {
    const [, id, seconds] = /^\(?(?:0x)?([0-9A-Fa-f]+)\)?, ACTIVE (?:\(PREPARED\) )?(\d+) sec/.exec(block) ?? [];
    const [head, connection] = /^[\s\S]*?^MySQL thread id (\d+),/m.exec(block) ?? [];
    if (id === undefined || head === undefined) return [];
    const [, locked] = /(\d+) row lock\(s\)/.exec(head) ?? [];
    const [, changed] = /undo log entries (\d+)/.exec(head) ?? [];
    const isRollingBack = /^ROLLING BACK /m.test(head);
    const state = isRollingBack ? 'ROLLING BACK' : /^LOCK WAIT /m.test(head) ? 'LOCK WAIT' : 'RUNNING';
    return [
      {
        id,
        connection: Number(connection),
        activeSeconds: Number(seconds),
        state,
        rowsChanged: Number(changed ?? 0),
        rowsLocked: Number(locked ?? 0),
      },
    ];
  });
}
