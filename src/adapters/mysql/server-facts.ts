import { createHash } from 'node:crypto';
import type { Flavour, ServerFacts } from '../../domain/server.ts';
import type { Session } from './connection.ts';

/** Reads what the server is and how it is set. Works with any login. */
export async function readServerFacts(session: Session, user: string): Promise<ServerFacts> {
  const variables = await readVariables(session);
  const text = (name: string) => variables.get(name) ?? '';
  const number = (name: string) => Number(text(name)) || 0;
  const flavour: Flavour = /mariadb/i.test(`${text('version')} ${text('version_comment')}`) ? 'mariadb' : 'mysql';
  const version = /\d+\.\d+\.\d+/.exec(text('version'))?.[0] ?? text('version');
  return {
    flavour,
    version,
    serverUuid: flavour === 'mysql' ? text('server_uuid') : mariadbIdentity(variables),
    characterSet: text('character_set_server'),
    lowerCaseTableNames: number('lower_case_table_names'),
    maxAllowedPacket: number('max_allowed_packet'),
    binlog: {
      enabled: text('log_bin') === 'ON',
      format: text('binlog_format') || 'ROW',
      rowImage: text('binlog_row_image'),
      sync: number('sync_binlog'),
      gtidMode: flavour === 'mariadb' ? 'ON' : text('gtid_mode'),
      expireSeconds: expireSeconds(variables),
    },
    clockOffsetMilliseconds: await readClockOffset(session),
    user,
    grants: await readGrants(session),
  };
}

async function readVariables(session: Session): Promise<Map<string, string>> {
  const rows = await session.query<{ Variable_name: string; Value: string }>('SHOW GLOBAL VARIABLES');
  return new Map(rows.map((row) => [row.Variable_name, row.Value]));
}

/** Newer servers count in seconds, older ones in days; MySQL can be told to leave purging to people. */
function expireSeconds(variables: Map<string, string>): number {
  if (variables.get('binlog_expire_logs_auto_purge') === 'OFF') return 0;
  const seconds = Number(variables.get('binlog_expire_logs_seconds') ?? 0);
  return seconds || Math.round(Number(variables.get('expire_logs_days') ?? 0) * 86_400);
}

/** MariaDB has no server uuid: what does not change while the same data directory serves on the same host stands in for it. */
function mariadbIdentity(variables: Map<string, string>): string {
  const uid = variables.get('server_uid');
  if (uid) return `mariadb-${createHash('sha256').update(uid).digest('hex').slice(0, 16)}`;
  const parts = ['hostname', 'datadir', 'server_id', 'port'].map((name) => variables.get(name) ?? '');
  return `mariadb-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}

/** The server's clock minus ours, taking the answer to be from the middle of the round trip. */
async function readClockOffset(session: Session): Promise<number> {
  const asked = Date.now();
  const [row] = await session.query<{ now: string }>('SELECT UTC_TIMESTAMP(6) AS now');
  const answered = Date.now();
  const server = Date.parse(`${(row?.now ?? '').replace(' ', 'T').slice(0, 23)}Z`);
  return Number.isNaN(server) ? 0 : server - (asked + answered) / 2;
}

async function readGrants(session: Session): Promise<string[]> {
  const rows = await session.query<Record<string, string>>('SHOW GRANTS');
  return rows.map((row) => Object.values(row)[0] ?? '');
}
