import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../domain/failure.ts';
import { type BinlogPosition, type Manifest, quoteTable, type TableName } from '../../domain/manifest.ts';
import type { ServerDialect } from '../../domain/server-dialect.ts';
import type { CrashPoint } from '../../ports/crash-point.ts';
import { openSession, type Session, serverErrorCode } from './connection.ts';
import type { Gates } from './gates.ts';
import { type RunningSession, readProcesslist } from './processlist.ts';
import { readMovingPosition, readPosition } from './read-position.ts';
import type { LockSettings, SourceSettings } from './settings.ts';

export interface Snapshot {
  readonly takenAt: Date;
  readonly position: BinlogPosition;
  readonly lock: Pick<Manifest['lock'], 'method' | 'heldMilliseconds'>;
}

export interface SnapshotRequest {
  readonly lead: Session;
  readonly settings: SourceSettings;
  readonly dialect: ServerDialect;
  readonly gates: Gates;
  /** Locked one by one where the server does not grant the global lock. */
  readonly tables: readonly TableName[];
  readonly signal: AbortSignal;
  readonly crashPoint: CrashPoint;
}

/**
 * Holds all writes for a moment, reads the binlog position in it, and lets the lead session and every dump take their snapshot there.
 * The lead comes first, while the machine is idle: when the gates open it is the dumps' turn. Should anything get past the lock unseen, a
 * position before the snapshots has it replayed, one after them would have it lost.
 *
 * Whatever happens, the lock is gone after the hard limit: it hangs on a session that is dropped then.
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<Snapshot> {
  const { lead, settings, dialect, gates, signal, crashPoint } = request;
  await waitForLongQueries(lead, settings.lock, signal);
  const lock = await lockWrites(request);
  const heldSince = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(lockHeldTooLong(settings.lock));
    lock.session.drop();
    lead.drop();
  }, settings.lock.limitMilliseconds);

  try {
    const either = AbortSignal.any([signal, limit.signal]);
    crashPoint('backup-lock-held');
    const position = await readPosition(lead, dialect);
    const takenAt = await readServerTime(lead);
    await lead.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
    await gates.open();
    await gates.waitForSnapshots(either);
    either.throwIfAborted();
    await lock.session.query('UNLOCK TABLES');
    const heldMilliseconds = Math.round(performance.now() - heldSince);
    await lead.query('SET SESSION wait_timeout = 86400');
    return { takenAt, position, lock: { method: lock.method, heldMilliseconds } };
  } catch (error) {
    lock.session.drop();
    lead.drop();
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
    if (lock.session !== lead) await lock.session.end();
  }
}

/**
 * For a dump of structure alone, under a guard against DDL: whatever is committed meanwhile, each position until the guard's release tells of
 * the same structure. Nobody is locked out.
 */
export async function takePosition(lead: Session, dialect: ServerDialect): Promise<Snapshot> {
  const position = await readMovingPosition(lead, dialect);
  return { takenAt: await readServerTime(lead), position, lock: { method: 'none', heldMilliseconds: 0 } };
}

/**
 * The global lock waits behind every running query, and everybody then waits behind it: better to wait before asking.
 * (A replica's applier has a query only while it applies one.)
 */
async function waitForLongQueries(lead: Session, lock: LockSettings, signal: AbortSignal): Promise<void> {
  const patience = Date.now() + lock.queryPatienceSeconds * 1000;
  for (;;) {
    signal.throwIfAborted();
    const longest = (await readProcesslist(lead))
      .filter((session) => session.seconds > lock.waitSeconds && holdsTables(session))
      .sort((a, b) => b.seconds - a.seconds)[0];
    if (!longest) return;
    if (Date.now() > patience) {
      throw new Failure(
        'lock-timeout',
        `Connection ${longest.id} of ${longest.user} has been running one query for ${longest.seconds} s; locking behind it would stall the site.`,
        { hint: 'Wait for that query or end it, then run the backup again.' },
      );
    }
    await pause(1000, undefined, { signal });
  }
}

function holdsTables({ command, state, statement }: RunningSession): boolean {
  return (
    ['Query', 'Execute'].includes(command) &&
    !['User lock', 'User sleep'].includes(state) &&
    statement !== '' &&
    !statement.startsWith('BACKUP STAGE')
  );
}

/** Should this process freeze while it holds the lock, the server itself ends a session that has been silent for so long. */
function lockSession({ waitSeconds, limitMilliseconds }: LockSettings): string {
  return `SET SESSION lock_wait_timeout = ${waitSeconds}, wait_timeout = ${Math.ceil(limitMilliseconds / 1000) + 1}`;
}

const deniedCodes = ['ER_SPECIFIC_ACCESS_DENIED_ERROR', 'ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR'];

async function lockWrites(
  request: SnapshotRequest,
): Promise<{ method: 'global-read-lock' | 'lock-tables'; session: Session }> {
  const { lead, settings, tables } = request;
  await lead.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await lead.query(lockSession(settings.lock));
  try {
    await lead.query('FLUSH TABLES WITH READ LOCK');
    return { method: 'global-read-lock', session: lead };
  } catch (error) {
    if (!deniedCodes.includes(serverErrorCode(error))) throw error;
  }
  // Managed servers keep the global lock to themselves. START TRANSACTION would release table locks, so they get a session of their own.
  const session = await openSession(settings);
  try {
    await session.query(lockSession(settings.lock));
    if (tables.length > 0) {
      await session.query(`LOCK TABLES ${tables.map((table) => `${quoteTable(table)} READ`).join(', ')}`);
    }
    return { method: 'lock-tables', session };
  } catch (error) {
    session.drop();
    if (!(error instanceof Failure) || error.code === 'lock-timeout') throw error;
    throw new Failure(
      'source-missing-grant',
      `A consistent moment needs a lock that ${settings.user} may not take: ${error.message}`,
      {
        cause: error,
        hint: `GRANT RELOAD, LOCK TABLES ON *.* TO '${settings.user}'@'…'; or, where RELOAD is not to be had, LOCK TABLES alone.`,
      },
    );
  }
}

async function readServerTime(lead: Session): Promise<Date> {
  const [row] = await lead.query<{ now: string }>('SELECT UTC_TIMESTAMP(3) AS now');
  return new Date(`${(row?.now ?? '').replace(' ', 'T')}Z`);
}

function lockHeldTooLong(lock: LockSettings): Failure {
  return new Failure(
    'lock-timeout',
    `The read lock was released after its limit of ${lock.limitMilliseconds} ms, before every dump had its snapshot.`,
    {
      hint: 'The server is too busy to start the dumps quickly. Run the backup again later, or lower backups.processes.',
    },
  );
}
