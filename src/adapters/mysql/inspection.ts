import { Failure } from '../../domain/failure.ts';
import { quoteName } from '../../domain/manifest.ts';
import type { Answer, Inspection, Question } from '../../ports/inspection.ts';
import { openSession, type Session, serverErrorCode, serverErrorNumber, withSession } from './connection.ts';
import type { ServerSettings } from './settings.ts';

/** Asks a MySQL or MariaDB server questions, each over a session of its own. */
export function createInspection(settings: ServerSettings): Inspection {
  const { host, port, socketPath } = settings;
  return {
    address: { host, port, ...(socketPath !== undefined && { socketPath }) },
    async ask(question, signal) {
      signal.throwIfAborted();
      return askIn(await openSession(settings), settings, question, signal);
    },
  };
}

async function askIn(
  session: Session,
  settings: ServerSettings,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const { sql, values = [], schema, limitMilliseconds, asOf, mostRows } = question;
  const clock = watch(session, settings, limitMilliseconds, signal);
  try {
    await prepare(session, { limitMilliseconds, mostRows, ...(asOf && { asOf }) });
    if (schema !== undefined) await session.query(`USE ${quoteName(schema)}`);
    await session.query('SET SESSION TRANSACTION READ ONLY');
    await session.query('START TRANSACTION READ ONLY');
    const started = performance.now();
    const asked = session.query<Record<string, unknown>>(sql, values);
    asked.catch(() => undefined);
    const rows = await Promise.race([asked, clock.over]);
    const milliseconds = performance.now() - started;
    // MySQL has no error for some statements that it ended in time: SLEEP answers 1 then.
    if (clock.isOver()) return tooLong(limitMilliseconds);
    return {
      kind: 'answered',
      columns: Object.keys(rows[0] ?? {}),
      rows: rows.slice(0, mostRows).map((row) => Object.values(row).map(asText)),
      more: rows.length > mostRows,
      milliseconds,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (clock.isOver()) return tooLong(limitMilliseconds);
    return unanswered(error, limitMilliseconds);
  } finally {
    clock.stop();
    // A session that is ended politely would first wait for its answer.
    if (clock.gaveUp()) session.drop();
    else await session.end();
  }
}

async function prepare(
  session: Session,
  { limitMilliseconds, mostRows, asOf }: Pick<Question, 'limitMilliseconds' | 'mostRows' | 'asOf'>,
): Promise<void> {
  const [server] = await session.query<{ version: string }>('SELECT VERSION() AS version');
  const limit = /mariadb/i.test(server?.version ?? '')
    ? `max_statement_time = ${limitMilliseconds / 1000}`
    : `max_execution_time = ${Math.ceil(limitMilliseconds)}`;
  const now = asOf ? `, timestamp = ${Math.floor(asOf.getTime() / 1000)}` : '';
  await session.query(`SET SESSION ${limit}, sql_select_limit = ${mostRows + 1}${now}`);
}

/** The server's own limit is for SELECT alone. A second after it, and when whoever asked has gone, the statement is ended from outside. */
function watch(session: Session, settings: ServerSettings, limitMilliseconds: number, signal: AbortSignal) {
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined);
  let gaveUp = false;
  const end = () => {
    gaveUp = true;
    over.reject(new Error('The question was given up.'));
    void withSession(settings, (other) => other.query(`KILL ${session.id}`)).catch(() => undefined);
  };
  const timer = setTimeout(end, limitMilliseconds + 1_000);
  signal.addEventListener('abort', end, { once: true });
  const started = performance.now();
  return {
    /** Rejects when the question is given up. */
    over: over.promise,
    gaveUp: () => gaveUp,
    isOver: () => performance.now() - started > limitMilliseconds + 500,
    stop() {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    },
  };
}

function tooLong(limitMilliseconds: number): Answer {
  return { kind: 'unanswered', timedOut: true, reason: `not answered within ${limitMilliseconds / 1000} s` };
}

function unanswered(error: unknown, limitMilliseconds: number): Answer {
  const code = serverErrorCode(error);
  const number = serverErrorNumber(error);
  if (timeouts.has(code) || number === mariadbTimeout) return tooLong(limitMilliseconds);
  if (!(error instanceof Failure) || error.code === 'source-unreachable' || number === undefined) throw error;
  const said = error.cause instanceof Error ? error.cause.message : '';
  const reason = ofNames.has(code) && said !== '' ? said : `the server refuses it with error ${number}`;
  return { kind: 'unanswered', timedOut: false, reason };
}

/** The driver has no name for it. */
const mariadbTimeout = 1969;
const timeouts = new Set(['ER_QUERY_TIMEOUT', 'ER_QUERY_INTERRUPTED', 'ER_LOCK_WAIT_TIMEOUT']);

/** What the server says then names tables, columns and privileges; elsewhere it may quote what lies in them. */
const ofNames = new Set([
  'ER_NO_SUCH_TABLE',
  'ER_BAD_DB_ERROR',
  'ER_BAD_FIELD_ERROR',
  'ER_NO_DB_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_VIEW_INVALID',
  'ER_CRASHED_ON_USAGE',
  'ER_NO_SUCH_TABLE_IN_ENGINE',
  'ER_TABLESPACE_MISSING',
  'ER_TABLESPACE_DISCARDED',
  'ER_SP_DOES_NOT_EXIST',
]);

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
