import { Failure } from '../../domain/failure.ts';
import { quoteName, quoteTable } from '../../domain/manifest.ts';
import { withoutValues } from '../../domain/rollback/without-values.ts';
import type { ScriptSession, StatementRun } from '../../ports/script-session.ts';
import { openSession, type Session } from './connection.ts';
import type { ServerSettings } from './settings.ts';

/** A statement that waits longer for others is given up by the server: behind an ALTER that waits, everybody waits. */
const lockWaitSeconds = 30;

/** The settings of the mysql program: scripts are tried with that. `owner` keeps out a session of the same script that was killed and still works. */
export async function openScript(settings: ServerSettings, owner: string): Promise<ScriptSession> {
  const session = await openSession(settings);
  try {
    const [lock] = await session.query<{ got: string | number | null }>('SELECT GET_LOCK(?, 600) AS got', [
      `tidemark-script-${owner}`,
    ]);
    if (Number(lock?.got) !== 1) throw stillRunning(settings);
    await session.query('SET NAMES utf8mb4');
    await session.query(
      `SET SESSION sql_mode = @@GLOBAL.sql_mode, time_zone = @@GLOBAL.time_zone, lock_wait_timeout = ${lockWaitSeconds}`,
    );
    const [mode] = await session.query<{ mode: string }>('SELECT @@SESSION.sql_mode AS mode');
    if (mode?.mode.includes('NO_BACKSLASH_ESCAPES')) throw readsOtherwise(settings);
  } catch (error) {
    await session.end();
    throw error;
  }
  return {
    run: (sql) => runStatement(session, sql),
    async definition(table) {
      const name = table.schema === undefined ? quoteName(table.name) : quoteTable({ ...table, schema: table.schema });
      const shown = await answered(session.query<Record<string, string>>(`SHOW CREATE TABLE ${name}`));
      if (shown.kind === 'refused') return undefined;
      const [row] = shown.answer;
      return (row?.['Create Table'] ?? row?.['Create View'])?.replace(/ AUTO_INCREMENT=\d+/, '');
    },
    end: () => session.end(),
  };
}

async function runStatement(session: Session, sql: string): Promise<StatementRun> {
  const began = performance.now();
  const run = await answered(session.run(sql));
  const milliseconds = performance.now() - began;
  if (run.kind === 'refused') return run;
  const warnings = await session.query<{ Level: string; Code: number | string; Message: string }>(
    'SHOW WARNINGS LIMIT 20',
  );
  return {
    kind: 'ran',
    rows: run.answer,
    milliseconds,
    warnings: warnings.map(({ Level, Code, Message }) => `${Level} ${Code}: ${withoutValues(Number(Code), Message)}`),
  };
}

/** What the server says no to is an answer; that it went away is none. */
async function answered<Answer>(
  asked: Promise<Answer>,
): Promise<{ kind: 'answered'; answer: Answer } | Extract<StatementRun, { kind: 'refused' }>> {
  try {
    return { kind: 'answered', answer: await asked };
  } catch (error) {
    const cause = error instanceof Failure ? error.cause : undefined;
    const { errno, sqlState, sqlMessage, fatal } = (cause ?? {}) as Partial<ServerError>; // mysql2 adds them to errors of the server.
    if (typeof errno !== 'number' || typeof sqlState !== 'string' || fatal || goodbyes.has(errno)) throw error;
    return { kind: 'refused', code: errno, message: withoutValues(errno, sqlMessage ?? String(cause)) };
  }
}

/** Shut down, killed, or sent away: nobody knows what became of the statement. */
const goodbyes = new Set([1053, 1927, 3169, 4031]);

interface ServerError {
  readonly errno: number;
  readonly sqlState: string;
  readonly sqlMessage: string;
  readonly fatal: boolean;
}

function stillRunning({ name }: ServerSettings): Failure {
  return new Failure('lock-timeout', `A statement of this script still runs on ${name}, from before it was cut off.`, {
    hint: 'Look at the server’s process list; when it has ended, go on: approvals resume.',
  });
}

function readsOtherwise({ name }: ServerSettings): Failure {
  return new Failure(
    'source-settings',
    `${name} has NO_BACKSLASH_ESCAPES in its sql_mode: texts in quotes mean something else there.`,
    {
      hint: 'Run the script by hand, or take that out of the global sql_mode.',
    },
  );
}
