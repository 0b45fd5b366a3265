import { createMysqlTarget } from '../../src/adapters/mysql/mysql-target.ts';
import type { TableName } from '../../src/domain/manifest.ts';
import type { TableSwap } from '../../src/domain/table-swap/table-swap.ts';
import { standBeside } from '../../src/operations/table-swap/stand-beside.ts';
import type { Target } from '../../src/ports/target.ts';
import { type BackupWorld, openBackupWorld } from './backup-world.ts';
import type { TestServer } from './database-server.ts';

/** A live server, and one that stands for the scratch server on which a table was recovered. */
export interface TableScene {
  readonly world: BackupWorld;
  readonly live: Target;
  readonly scratch: Target;
}

export interface SceneServer {
  readonly port: number;
  readonly rootPassword: string;
  readonly clientDir: string;
}

export async function openTableScene(
  directory: string,
  live: SceneServer,
  scratch: SceneServer,
  options: Partial<Parameters<typeof openBackupWorld>[0]> = {},
): Promise<TableScene> {
  const login = { user: 'root', password: live.rootPassword };
  const world = await openBackupWorld({ directory, server: live, login, ...options });
  const target = await rootOf(live, 'alumni');
  return {
    world: { ...world, restorers: new Map([['alumni', target]]) },
    live: target,
    scratch: await rootOf(scratch, 'scratch'),
  };
}

export async function rootOf({ port, rootPassword, clientDir }: SceneServer, name: string): Promise<Target> {
  const place = { name, section: `targets.${name}`, host: '127.0.0.1', port, clientDir };
  return createMysqlTarget({ ...place, user: 'root', password: rootPassword });
}

export const keepMilliseconds = 7 * 24 * 3600_000;

/** Puts the table beside the live one, as it is on the scratch server. */
export async function besideLive(
  { world, live, scratch }: TableScene,
  table: TableName,
  id = 's-1',
): Promise<TableSwap> {
  const signal = new AbortController().signal;
  const owner = `table-of-a-test-${id}`;
  const common = { source: 'alumni', requestedBy: 'asha', from: scratch, to: live, owner, keepMilliseconds, signal };
  const beside = await standBeside(world, { id, table, ...common });
  if (beside.kind === 'refused') throw new Error(beside.why);
  return beside.swap;
}

/** Everything of these schemas that must not change by an exchange: structure with counters left out, triggers, and rows. */
export async function describeSchemas(
  server: TestServer,
  schemas: readonly string[],
): Promise<Record<string, unknown>> {
  const described: Record<string, unknown> = {};
  const connection = await server.connect();
  const rowsOf = async (sql: string, values: unknown[] = []) => {
    const [rows] = await connection.query(sql, values);
    return rows as Record<string, unknown>[];
  };
  for (const schema of schemas) {
    const tables = await rowsOf(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? ORDER BY 1',
      [schema],
    );
    for (const { name } of tables) {
      const quoted = `${quoted_(schema)}.${quoted_(String(name))}`;
      const [created] = await rowsOf(`SHOW CREATE TABLE ${quoted}`);
      const [sum] = await rowsOf(`CHECKSUM TABLE ${quoted} EXTENDED`);
      const text = String(created?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
      described[`${schema}.${name}`] = [text.split('\n').sort(), String(sum?.Checksum)];
    }
    described[`triggers of ${schema}`] = await rowsOf(
      `SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER, ACTION_STATEMENT, DEFINER, SQL_MODE,
              CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ? ORDER BY 1`,
      [schema],
    );
  }
  await connection.end();
  return described;
}

function quoted_(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
