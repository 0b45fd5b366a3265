import { readFile } from 'node:fs/promises';
import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { Failure } from '../../domain/failure.ts';
import { type SentRows, sendRows } from './send-rows.ts';
import type { ServerSettings } from './settings.ts';

/** One session with the server. */
export interface Session {
  readonly id: number;
  query<Row = Record<string, unknown>>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement for what it does; the rows that it affected, or returned. */
  run(sql: string): Promise<number>;
  /** Runs a LOAD DATA LOCAL on these bytes, in a session that was opened for that. */
  sendRows(sql: string, rows: Iterable<Buffer>): Promise<SentRows>;
  /** Closes the socket at once: the server then releases whatever this session held. */
  drop(): void;
  end(): Promise<void>;
}

/**
 * Opens a session in UTC with no surprises in its SQL mode. Big integers and times arrive as strings.
 * Failures: `source-unreachable`, `source-access`.
 */
export async function openSession(
  settings: ServerSettings,
  { sendsRows = false }: { sendsRows?: boolean } = {},
): Promise<Session> {
  const connection = await connect(settings, sendsRows ? ['+LOCAL_FILES'] : []);
  // A dead socket is told to whoever queries next; without a listener it would end the process.
  connection.on('error', () => {});
  const session: Session = {
    id: connection.threadId,
    async query<Row>(sql: string, values: readonly unknown[] = []) {
      try {
        const [rows] = await connection.query<RowDataPacket[]>(sql, [...values]);
        return (Array.isArray(rows) ? rows : []) as Row[];
      } catch (error) {
        throw queryFailure(error, settings);
      }
    },
    async run(sql) {
      try {
        const [result] = await connection.query<ResultSetHeader | RowDataPacket[]>(sql);
        return rowsOf(result);
      } catch (error) {
        throw queryFailure(error, settings);
      }
    },
    sendRows: (sql, rows) =>
      sendRows(connection, sql, rows).catch((error) => {
        throw queryFailure(error, settings);
      }),
    drop: () => connection.destroy(),
    end: () => connection.end().catch(() => connection.destroy()),
  };
  await session.query(
    "SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 86400, wait_timeout = 86400",
  );
  return session;
}

/** A CALL answers with several results, its own the last. */
function rowsOf(result: unknown): number {
  if (!Array.isArray(result)) return (result as ResultSetHeader).affectedRows;
  const last: unknown = result.at(-1);
  const isHeader = typeof last === 'object' && last !== null && 'affectedRows' in last && 'serverStatus' in last;
  return isHeader ? (last as ResultSetHeader).affectedRows : result.length;
}

/** Opens a session, lends it, and closes it. */
export async function withSession<Result>(
  settings: ServerSettings,
  use: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(settings);
  try {
    return await use(session);
  } finally {
    await session.end();
  }
}

async function connect(settings: ServerSettings, flags: string[]): Promise<Connection> {
  const ca = settings.tls && (await readFile(settings.tls.caPath));
  try {
    return await createConnection({
      ...(settings.socketPath ? { socketPath: settings.socketPath } : { host: settings.host, port: settings.port }),
      ...(ca && { ssl: { ca } }),
      user: settings.user,
      password: settings.password,
      charset: 'utf8mb4_bin',
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      connectTimeout: 10_000,
      flags,
    });
  } catch (error) {
    throw connectionFailure(error, settings);
  }
}

function connectionFailure(error: unknown, settings: ServerSettings): Failure {
  const { code, message } = factsOf(error);
  if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR') {
    return new Failure('source-access', `${settings.name} refused the login of ${settings.user}: ${message}`, {
      cause: error,
      hint: `Check user and password of ${sectionOf(settings)}, then run tidemark doctor.`,
    });
  }
  const place = settings.socketPath ?? `${settings.host}:${settings.port}`;
  return new Failure('source-unreachable', `${settings.name} does not answer at ${place}: ${message}`, {
    cause: error,
    hint: `Check that the server runs and that host and port of ${sectionOf(settings)} are right.`,
  });
}

function sectionOf({ section, name }: ServerSettings): string {
  return section ?? `sources.${name}`;
}

const missingGrantCodes = new Set([
  'ER_SPECIFIC_ACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_PROCACCESS_DENIED_ERROR',
]);

function queryFailure(error: unknown, settings: ServerSettings): Failure {
  const { code, message } = factsOf(error);
  if (missingGrantCodes.has(code)) {
    return new Failure('source-missing-grant', `${settings.user} lacks a privilege on ${settings.name}: ${message}`, {
      cause: error,
      hint: 'Run tidemark doctor: it prints the GRANT statement.',
    });
  }
  if (code === 'ER_LOCK_WAIT_TIMEOUT') {
    return new Failure('lock-timeout', `${settings.name} could not be locked in time: ${message}`, {
      cause: error,
      hint: 'A long query holds tables open. Wait for it or end it, then run the backup again.',
    });
  }
  if (/^(ECONN|EPIPE|ETIMEDOUT|PROTOCOL_|ER_SERVER_SHUTDOWN)/.test(code) || /closed state/.test(message)) {
    return new Failure('source-unreachable', `${settings.name} went away: ${message}`, {
      cause: error,
      hint: 'Check that the server runs and look into its error log, then run it again.',
    });
  }
  return new Failure('internal', `${settings.name}: ${message}`, {
    cause: error,
    hint: 'Run tidemark doctor; if it finds nothing, please report this.',
  });
}

/** The server's error symbol or the system's, e.g. `ER_SPECIFIC_ACCESS_DENIED_ERROR`. */
export function serverErrorCode(error: unknown): string {
  return factsOf(error instanceof Failure ? error.cause : error).code;
}

/** The server's error number; undefined for what is no answer of a server. */
export function serverErrorNumber(error: unknown): number | undefined {
  const cause = error instanceof Failure ? error.cause : error;
  return cause instanceof Error && 'sqlState' in cause && 'errno' in cause ? Number(cause.errno) : undefined;
}

function factsOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return { code, message: first.message || code };
}
