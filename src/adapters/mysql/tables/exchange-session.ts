import { Failure } from '../../../domain/failure.ts';
import { quoteTable } from '../../../domain/manifest.ts';
import { serverDialect } from '../../../domain/server-dialect.ts';
import type { Mark, Statement } from '../../../domain/table-swap/swap-step.ts';
import type { ExchangeSession } from '../../../ports/tables.ts';
import { openSession, type Session } from '../connection.ts';
import { readServerFacts } from '../server-facts.ts';
import type { ServerSettings } from '../settings.ts';

/** Whoever waits for a table makes everybody else wait behind: better to give up soon and try again. */
const lockWaitSeconds = 5;

export async function openExchange(settings: ServerSettings): Promise<ExchangeSession> {
  const session = await openTableSession(settings);
  await session.query(
    `SET SESSION lock_wait_timeout = ${lockWaitSeconds}, innodb_lock_wait_timeout = ${lockWaitSeconds}`,
  );
  return {
    isPresent: (mark) => isPresent(session, mark),
    run: (statement) => runStatement(session, statement),
    async lock(table) {
      await refusing(session.query(`LOCK TABLES ${quoteTable(table)} WRITE`), `LOCK TABLES ${quoteTable(table)}`);
    },
    async unlock() {
      await session.query('UNLOCK TABLES');
    },
    async position() {
      const { flavour, version } = await readServerFacts(session, settings.user);
      const [row] = await session.query(serverDialect(flavour, version).binlogStatus);
      if (!row) return undefined;
      const [file, offset] = Object.values(row);
      return { file: String(file), offset: Number(offset) };
    },
    end: () => session.end(),
  };
}

/** A session in which foreign keys are not looked at, and nothing is made that was not asked for. */
export async function openTableSession(settings: ServerSettings): Promise<Session> {
  const session = await openSession(settings);
  await session.query('SET SESSION foreign_key_checks = 0');
  // Each is known to some servers alone.
  for (const setting of ['sql_generate_invisible_primary_key = 0', "system_versioning_alter_history = 'KEEP'"]) {
    await session.query(`SET SESSION ${setting}`).catch(() => {});
  }
  return session;
}

/** Runs it under its settings, which are gone afterwards. */
export async function runStatement(session: Session, { sql, session: settings }: Statement): Promise<void> {
  if (settings !== undefined) await session.query(`SET SESSION ${settings}`);
  try {
    await refusing(session.query(sql), sql);
  } finally {
    if (settings !== undefined)
      await session.query("SET NAMES utf8mb4, SESSION sql_mode = ''").catch(() => session.drop());
  }
}

async function refusing<Result>(asked: Promise<Result>, sql: string): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'lock-timeout') {
      throw new Failure('lock-timeout', `Others use a table too long for this: ${sql.slice(0, 200)}`, {
        cause: error,
        hint: 'Nothing has changed. Wait for the long transaction or end it (see SHOW PROCESSLIST), then go on.',
      });
    }
    if (error.code !== 'internal') throw error;
    throw new Failure('restore-failed', `${error.message} (${sql.slice(0, 400)})`, {
      cause: error,
      hint: 'Mend what the server says, then go on: what is done stays done. Or turn it back.',
    });
  }
}

async function isPresent(session: Session, { kind, table, name }: Mark): Promise<boolean> {
  const found = await session.query<{ name: string; of: string }>(presence[kind], [
    table.schema,
    kind === 'table' ? table.name : name,
  ]);
  const wanted = kind === 'table' ? table.name : name;
  return found.some((row) => row.name === wanted && (kind === 'trigger' || row.of === table.name));
}

const presence: Record<Mark['kind'], string> = {
  table:
    'SELECT TABLE_NAME AS name, TABLE_NAME AS `of` FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
  'foreign-key':
    "SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS `of` FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = ? AND CONSTRAINT_NAME = ? AND CONSTRAINT_TYPE = 'FOREIGN KEY'",
  check:
    "SELECT CONSTRAINT_NAME AS name, TABLE_NAME AS `of` FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = ? AND CONSTRAINT_NAME = ? AND CONSTRAINT_TYPE = 'CHECK'",
  trigger:
    'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS `of` FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? AND TRIGGER_NAME = ?',
};
