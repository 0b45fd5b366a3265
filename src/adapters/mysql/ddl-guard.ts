import type { Manifest } from '../../domain/manifest.ts';
import type { ServerDialect } from '../../domain/server-dialect.ts';
import { openSession, type Session, serverErrorCode } from './connection.ts';
import { readProcesslist } from './processlist.ts';
import type { SourceSettings } from './settings.ts';

/** Keeps DDL out while the dumps run; DML goes on. */
export interface DdlGuard {
  readonly method: Manifest['lock']['ddlGuard'];
  /** The longest wait of a DDL statement that the backup causes. */
  longestWait(): Promise<{ statement: string; seconds: number } | undefined>;
  release(): Promise<void>;
}

export async function guardDdl(settings: SourceSettings, dialect: ServerDialect): Promise<DdlGuard> {
  const session = await openSession(settings);
  try {
    const method = await takeGuard(session, settings, dialect);
    return {
      method,
      longestWait: () => longestWait(session, dialect),
      async release() {
        if (method !== 'none' && dialect.releaseDdlGuard) await session.query(dialect.releaseDdlGuard).catch(() => {});
        await session.end();
      },
    };
  } catch (error) {
    session.drop();
    throw error;
  }
}

async function takeGuard(
  session: Session,
  settings: SourceSettings,
  dialect: ServerDialect,
): Promise<Manifest['lock']['ddlGuard']> {
  if (!dialect.guardDdl) return 'none';
  await session.query(`SET SESSION lock_wait_timeout = ${settings.lock.waitSeconds}`);
  try {
    for (const statement of dialect.guardDdl.statements) await session.query(statement);
    return dialect.guardDdl.method;
  } catch (error) {
    if (!/ACCESS_DENIED/.test(serverErrorCode(error))) throw error;
    return 'none';
  }
}

const ddl = /^\s*(ALTER|CREATE|DROP|RENAME|TRUNCATE|OPTIMIZE|ANALYZE|REPAIR|GRANT|REVOKE|PURGE)/i;

/** DDL waits on the guard; where there is none, it waits for a dump to let go of its table, and then everybody waits behind it. */
async function longestWait(
  session: Session,
  dialect: ServerDialect,
): Promise<{ statement: string; seconds: number } | undefined> {
  const states = [...dialect.waitingDdlStates, 'Waiting for table metadata lock'];
  const [longest] = (await readProcesslist(session))
    .filter(({ state, statement }) => states.includes(state) && ddl.test(statement))
    .sort((a, b) => b.seconds - a.seconds);
  return longest && { statement: longest.statement.slice(0, 80), seconds: longest.seconds };
}
