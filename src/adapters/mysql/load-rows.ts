import { Failure } from '../../domain/failure.ts';
import { insertRuns, type LoadStep } from '../../domain/insert-runs.ts';
import { loadDataStatement } from '../../domain/load-data.ts';
import { quoteTable } from '../../domain/manifest.ts';
import type { LoadRowsOptions, RowsOutcome } from '../../ports/target.ts';
import { collectingSooner } from '../process/collecting-sooner.ts';
import { openSession, type Session, withSession } from './connection.ts';
import { loadLocks, sessionSettings } from './load-sql.ts';
import { type ColumnsOf, readLoadedTables } from './loaded-tables.ts';
import { sessionPool } from './session-pool.ts';
import type { ServerSettings } from './settings.ts';

/**
 * Loads a data part by LOAD DATA, which spares the server most of its work: there is no SQL to parse. LOAD DATA LOCAL passes over what it
 * cannot take and only warns, so a warning or a row too few spoils the part; and so does whatever else the server says here, for
 * the INSERTs then show what it is.
 */
export async function loadRows(
  settings: ServerSettings,
  sql: AsyncIterable<Buffer>,
  options: LoadRowsOptions,
): Promise<RowsOutcome> {
  const { signal } = options;
  signal.throwIfAborted();
  const suited = await withSession(settings, (session) => readLoadedTables(session, options));
  if (suited.kind === 'unsuited') return suited;
  const sessions: Session[] = [];
  const drop = () => {
    for (const session of sessions) session.drop();
  };
  signal.addEventListener('abort', drop, { once: true });
  try {
    for (const lock of loadLocks(options.owner, options.part).slice(0, Math.max(1, options.sessions))) {
      const session = await openSession(settings, { sendsRows: true });
      sessions.push(session);
      await session.query(sessionSettings(lock, options.binlog));
    }
    await collectingSooner(() => loadRuns(sessions, sql, suited.columnsOf, options));
    return { kind: 'loaded' };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) throw error;
    return { kind: 'spoilt', why: error instanceof Error ? error.message : String(error) };
  } finally {
    signal.removeEventListener('abort', drop);
    for (const session of sessions) await session.end();
  }
}

async function loadRuns(
  sessions: readonly Session[],
  sql: AsyncIterable<Buffer>,
  columnsOf: ColumnsOf,
  { tables, passedOver }: LoadRowsOptions,
): Promise<void> {
  const unwanted = new Set(passedOver.map(quoteTable));
  const loaded = new Map<string, number>();
  const pool = sessionPool(sessions);
  try {
    for await (const step of insertRuns(sql)) {
      if (step.kind === 'setting') {
        await pool.onEach((session) => orSpoilt(session.query(step.sql)));
        continue;
      }
      const table = quoteTable(step.head);
      if (unwanted.has(table)) continue;
      await pool.begin(async (session) => {
        const rows = await loadRun(session, step, columnsOf);
        loaded.set(table, rows + (loaded.get(table) ?? 0));
      });
    }
  } finally {
    await pool.settled();
  }
  for (const table of tables) {
    const rows = loaded.get(quoteTable(table)) ?? 0;
    if (rows !== table.rows) throw new Error(`${rows} rows came into ${quoteTable(table)}, not ${table.rows}`);
  }
}

/** Returns how many rows came in. */
async function loadRun(
  session: Session,
  { head, rows }: Extract<LoadStep, { kind: 'run' }>,
  columnsOf: ColumnsOf,
): Promise<number> {
  const table = quoteTable(head);
  const columns = columnsOf.get(table);
  if (!columns) throw new Error(`it holds rows of ${table}, which is not in the manifest`);
  const sent = await orSpoilt(session.sendRows(loadDataStatement(head, columns), rows));
  if (sent.warnings > 0) throw new Error(`${sent.warnings} warnings about rows of ${table}`);
  return sent.rows;
}

/** Nothing that the server refuses here is a verdict, but when it is gone it is. */
async function orSpoilt<Result>(asked: Promise<Result>): Promise<Result> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure && error.code !== 'source-unreachable') throw new Error(error.message);
    throw error;
  }
}
