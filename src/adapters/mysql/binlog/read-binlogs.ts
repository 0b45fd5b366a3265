import type { BinlogInventory } from '../../../domain/binlog/decide-start.ts';
import { Failure } from '../../../domain/failure.ts';
import { serverDialect } from '../../../domain/server-dialect.ts';
import type { ServerPosition } from '../../../ports/binlogs.ts';
import type { Session } from '../connection.ts';
import { readServerFacts } from '../server-facts.ts';

/** Everything that tells where reading may begin. */
export async function readBinlogInventory(session: Session, user: string): Promise<BinlogInventory> {
  const { flavour, version, serverUuid, binlog } = await readServerFacts(session, user);
  const [executed] = await session.query<{ gtidSet: string }>(serverDialect(flavour, version).gtidSet);
  const files = await session.query<{ Log_name: string; File_size: string }>('SHOW BINARY LOGS');
  return {
    serverUuid,
    flavour,
    version,
    expireSeconds: binlog.expireSeconds,
    allHaveGtids: binlog.gtidMode.toUpperCase() === 'ON',
    history: (executed?.gtidSet ?? '').replaceAll('\n', ''),
    files: files.map((row) => ({ name: row.Log_name, bytes: Number(row.File_size) })),
  };
}

/** Every file says so in its first events. */
export async function readExecutedBefore(session: Session, file: string): Promise<string> {
  const events = await session.query<{ Event_type: string; Info: string }>('SHOW BINLOG EVENTS IN ? LIMIT 5', [file]);
  const told = events.find(({ Event_type }) => Event_type === 'Previous_gtids' || Event_type === 'Gtid_list');
  return (told?.Info ?? '').replace(/[[\]\s]/g, '');
}

/** The time first: what is there at the position then was there at that time, or came later. */
export async function readServerPosition(session: Session, binlogStatus: string): Promise<ServerPosition> {
  const [clock] = await session.query<{ now: string; id: number }>('SELECT UTC_TIMESTAMP(6) AS now, @@server_id AS id');
  const [status] = await session.query<{ File: string; Position: string }>(binlogStatus);
  if (!status) {
    throw new Failure('source-settings', 'The binlog is off.', {
      hint: 'Put log_bin and a server_id of its own under [mysqld] in my.cnf, and restart the server.',
    });
  }
  const at = new Date(`${(clock?.now ?? '').replace(' ', 'T').slice(0, 23)}Z`);
  return { at, file: status.File, offset: Number(status.Position), serverId: String(clock?.id) };
}
