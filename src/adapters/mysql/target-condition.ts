import { Failure } from '../../domain/failure.ts';
import { quoteName, type TableName } from '../../domain/manifest.ts';
import { serverDialect } from '../../domain/server-dialect.ts';
import type { TargetCondition } from '../../ports/target.ts';
import { type Session, serverErrorCode } from './connection.ts';
import { readServerFacts } from './server-facts.ts';

/** What decides whether, and how, a recovery may go to this server. */
export async function readCondition(session: Session, user: string): Promise<TargetCondition> {
  const { flavour, version } = await readServerFacts(session, user);
  const [executed] = await session.query<{ gtidSet: string }>(serverDialect(flavour, version).gtidSet);
  const [readOnly] = await session.query<{ on: string | number }>('SELECT @@GLOBAL.read_only AS `on`');
  return {
    executed: (executed?.gtidSet ?? '').replaceAll(/\s/g, ''),
    replicates: await isReplicating(session),
    readOnly: Number(readOnly?.on) === 1,
  };
}

/** Servers learnt the newer word at different times. Who may not ask is told by the check of privileges. */
async function isReplicating(session: Session): Promise<boolean> {
  for (const statement of ['SHOW REPLICA STATUS', 'SHOW SLAVE STATUS']) {
    try {
      const rows = await session.query<Record<string, string>>(statement);
      return rows.some((row) => [row.Replica_SQL_Running, row.Slave_SQL_Running].includes('Yes'));
    } catch (error) {
      if (serverErrorCode(error) !== 'ER_PARSE_ERROR') return false;
    }
  }
  return false;
}

/** As a server must that goes on from a backup: otherwise its replicas would ask for what nobody has. */
export async function adoptHistory(session: Session, history: string): Promise<void> {
  const [row] = await session.query<{ missing: string }>('SELECT GTID_SUBTRACT(?, @@GLOBAL.gtid_executed) AS missing', [
    history,
  ]);
  const missing = (row?.missing ?? '').replaceAll(/\s/g, '');
  if (missing === '') return;
  await session.query(`SET GLOBAL gtid_purged = '+${missing}'`);
}

export async function holdEvents(session: Session): Promise<void> {
  const [scheduler] = await session.query<{ state: string }>('SELECT @@GLOBAL.event_scheduler AS state');
  if (scheduler?.state === 'ON' || scheduler?.state === '1') await session.query('SET GLOBAL event_scheduler = OFF');
}

interface StoredEvent {
  readonly definer: string;
  readonly mode: string;
  readonly client: string;
  readonly collation: string;
  readonly zone: string;
}

/** ALTER EVENT makes whoever runs it the definer, and keeps the mode, the character sets and the zone of its session: so it is given the event's own. */
export async function enableEvents(session: Session, events: readonly TableName[], binlog: boolean): Promise<void> {
  for (const { schema, name } of events) {
    const [event] = await session.query<StoredEvent>(
      'SELECT DEFINER AS definer, SQL_MODE AS mode, CHARACTER_SET_CLIENT AS client, COLLATION_CONNECTION AS collation, TIME_ZONE AS zone FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? AND EVENT_NAME = ?',
      [schema, name],
    );
    if (!event) continue;
    const at = event.definer.lastIndexOf('@');
    const definer = `${quoteName(event.definer.slice(0, at))}@${quoteName(event.definer.slice(at + 1))}`;
    await session.query(
      `SET SESSION sql_mode = ?, character_set_client = ?, collation_connection = ?, time_zone = ?${binlog ? '' : ', sql_log_bin = 0'}`,
      [event.mode, event.client, event.collation, event.zone],
    );
    await session.query(`ALTER DEFINER=${definer} EVENT ${quoteName(schema)}.${quoteName(name)} ENABLE`);
  }
  try {
    await session.query('SET GLOBAL event_scheduler = ON');
  } catch (error) {
    throw new Failure('restore-failed', 'The events are enabled, but the event scheduler could not be started.', {
      cause: error,
      hint: 'On the target, as its administrator: SET GLOBAL event_scheduler = ON',
    });
  }
}
