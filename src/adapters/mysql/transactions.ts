import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { isSameTransaction, type RunningTransaction } from '../../domain/running-transaction.ts';
import { maskLiterals } from '../../domain/sql/tokens.ts';
import type { Killing, OpenTransactions, Transactions } from '../../ports/transactions.ts';
import { type Session, serverErrorCode, withSession } from './connection.ts';
import { readInnodbStatus } from './innodb-status.ts';
import { readProcesslist } from './processlist.ts';
import type { ServerSettings, SourceSettings } from './settings.ts';

/** What InnoDB has open. Engines without transactions have nothing to show. */
export function createTransactions(settings: ServerSettings & Pick<SourceSettings, 'restore'>): Transactions {
  const killer = { ...settings, ...settings.restore };
  return {
    list: () => withSession(settings, readTransactions),
    kill: (wanted) =>
      withSession(killer, async (session): Promise<Killing> => {
        const { transactions, complete } = await readTransactions(session);
        const now = transactions.find(({ connection }) => connection === wanted.connection);
        if (!now && !complete) throw cannotSee();
        if (!now) return { kind: 'gone' };
        if (!isSameTransaction(now, wanted)) return { kind: 'changed', now };
        // Between the look above and this lie microseconds in which it may have ended: then an idle connection is closed.
        const killed = await killConnection(session, wanted.connection, killer);
        return killed ? { kind: 'killed', transaction: now } : { kind: 'gone' };
      }),
  };
}

/**
 * INNODB_TRX is served from a cache that is renewed only when nobody has read it for 100 ms, so whoever looks may see what was long ago. A
 * snapshot of our own, opened right before, tells: a list without it is an old one. And MySQL cannot make that list (3854) for as long as any
 * statement in it holds a 4-byte character: then the report of InnoDB's monitor has to do.
 */
async function readTransactions(session: Session): Promise<OpenTransactions> {
  // Both lists have the server's own time zone, whatever the session's is.
  await session.query("SET SESSION time_zone = 'SYSTEM'");
  let wasUnreadable = false;
  for (let attempts = 20; attempts > 0; attempts -= 1) {
    await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    const rows = await readInnodbTransactions(session);
    await session.query('COMMIT');
    if (rows === 'unreadable' && wasUnreadable) {
      return { transactions: await describe(session, await readMonitor(session)), complete: false };
    }
    // Once may be an old list, with a statement in it that is over.
    wasUnreadable = rows === 'unreadable';
    if (rows !== 'unreadable' && rows.some(({ connection }) => Number(connection) === session.id)) {
      return { transactions: await describe(session, rows), complete: true };
    }
    // Longer than the cache wants, and not in step with others who poll.
    await sleep(110 + Math.random() * 40);
  }
  throw cannotSee();
}

function cannotSee(): Failure {
  return new Failure('source-settings', 'The open transactions cannot be seen as they are now.', {
    hint: 'The server shows an old list, or only the user’s own: grant PROCESS, look for monitors that read INNODB_TRX all the time, and try again.',
    retryable: true,
  });
}

interface Row {
  readonly id: string;
  readonly connection: string | number;
  readonly started: string;
  readonly age: string | number;
  readonly state: string;
  readonly changed: string | number;
  readonly locked: string | number;
}

async function readInnodbTransactions(session: Session): Promise<Row[] | 'unreadable'> {
  try {
    return await session.query<Row & Record<string, string>>(
      `SELECT trx_id AS id, trx_mysql_thread_id AS connection, CAST(trx_started AS CHAR) AS started,
              GREATEST(0, TIMESTAMPDIFF(SECOND, trx_started, NOW())) AS age, trx_state AS state,
              trx_rows_modified AS changed, trx_rows_locked AS locked
         FROM information_schema.INNODB_TRX`,
    );
  } catch (error) {
    if (serverErrorCode(error) === 'ER_CANNOT_CONVERT_STRING') return 'unreadable';
    throw error;
  }
}

/** The monitor's report has no cache; it tells since when a transaction is open in seconds. */
async function readMonitor(session: Session): Promise<Row[]> {
  const [report] = await session.query<Record<string, string>>('SHOW ENGINE INNODB STATUS');
  const [now] = await session.query<{ now: string }>('SELECT CAST(NOW() AS CHAR) AS now');
  const at = Date.parse(`${now?.now.replace(' ', 'T')}Z`);
  return readInnodbStatus(report?.Status ?? '').map(({ activeSeconds, rowsChanged, rowsLocked, ...one }) => ({
    ...one,
    started: new Date(at - activeSeconds * 1000).toISOString().slice(0, 19).replace('T', ' '),
    age: activeSeconds,
    changed: rowsChanged,
    locked: rowsLocked,
  }));
}

async function describe(session: Session, rows: readonly Row[]): Promise<RunningTransaction[]> {
  const sessions = new Map((await readProcesslist(session)).map((one) => [one.id, one]));
  return rows.flatMap((row) => {
    const connection = Number(row.connection);
    // 0 is recovered or prepared and has no connection: nobody can end it by KILL.
    const owner = sessions.get(connection);
    if (connection === session.id || connection === 0 || !owner) return [];
    return [
      {
        id: String(row.id),
        connection,
        started: row.started,
        ageSeconds: Number(row.age),
        state: row.state,
        user: owner.user,
        host: owner.host,
        schema: owner.schema,
        command: owner.command,
        rowsChanged: Number(row.changed),
        rowsLocked: Number(row.locked),
        statement: maskLiterals(owner.statement),
      },
    ];
  });
}

/** False where the connection has gone meanwhile. */
async function killConnection(session: Session, connection: number, { user, name }: ServerSettings): Promise<boolean> {
  try {
    await session.query(`KILL CONNECTION ${connection}`);
    return true;
  } catch (error) {
    const code = serverErrorCode(error);
    if (code === 'ER_NO_SUCH_THREAD') return false;
    if (code !== 'ER_KILL_DENIED_ERROR') throw error;
    throw new Failure('source-missing-grant', `${user} may not end the connections of others on ${name}.`, {
      cause: error,
      hint: `Grant it to the user of sources.${name}.restore: GRANT CONNECTION_ADMIN ON *.* TO … (MariaDB: CONNECTION ADMIN).`,
    });
  }
}
