import { statfs } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { addKeysStatement, type DeferredKeys, dropKeysStatement, plainKeys } from '../../domain/deferred-keys.ts';
import { Failure } from '../../domain/failure.ts';
import { quoteName, quoteTable, type TableName } from '../../domain/manifest.ts';
import type { LoadOptions, Target } from '../../ports/target.ts';
import { endOrphans } from '../process/end-orphans.ts';
import { readAccounts } from './accounts.ts';
import { checksumTables } from './checksum-tables.ts';
import { type Session, withSession } from './connection.ts';
import { countValues } from './count-values.ts';
import { createInspection } from './inspection.ts';
import { readInventory } from './inventory.ts';
import { loadRows } from './load-rows.ts';
import { loadLocks, loadSql } from './load-sql.ts';
import { createOptionFiles, sweepOptionFiles } from './option-file.ts';
import { readProcesslist } from './processlist.ts';
import { findLoadPrograms, type LoadPrograms } from './programs.ts';
import { replayBinlogs, sweepReplays } from './replay.ts';
import { openScript } from './script-session.ts';
import { readServerFacts } from './server-facts.ts';
import type { ServerSettings } from './settings.ts';
import { createMysqlTables } from './tables/mysql-tables.ts';
import { adoptHistory, enableEvents, holdEvents, readCondition } from './target-condition.ts';

/** A MySQL or MariaDB server to restore into. `dataDirectory` is known of one that we run ourselves; binlogs are laid out in `workDirectory`. */
export function createMysqlTarget(
  settings: ServerSettings,
  { dataDirectory, workDirectory }: { dataDirectory?: string; workDirectory?: string } = {},
): Target {
  let programs: Promise<LoadPrograms> | undefined;
  const facts = () => withSession(settings, (session) => readServerFacts(session, settings.user));
  const asked = <Result>(use: (session: Session) => Promise<Result>) => withSession(settings, use);
  const changed = (binlog: boolean, use: (session: Session) => Promise<void>) =>
    asked(async (session) => {
      await session.query(`SET SESSION foreign_key_checks = 0${binlog ? '' : ', sql_log_bin = 0'}`);
      await use(session);
    });

  return {
    name: settings.name,
    inspection: createInspection(settings),
    place: settings.socketPath ?? `${settings.host}:${settings.port}`,
    tables: createMysqlTables(settings),
    facts,
    condition: () => asked((session) => readCondition(session, settings.user)),
    inventory: () => asked((session) => readInventory(session, undefined)),

    countAccounts: () =>
      asked(async (session) => {
        const { flavour } = await readServerFacts(session, settings.user);
        return (await readAccounts(session, flavour)).filter(({ user }) => user !== settings.user).length;
      }),

    countReplicas: () =>
      asked(async (session) => {
        const sessions = await readProcesslist(session);
        return sessions.filter(({ command }) => command.startsWith('Binlog Dump')).length;
      }),

    async freeBytes() {
      if (dataDirectory === undefined) return undefined;
      const { bavail, bsize } = await statfs(dataDirectory);
      return bavail * bsize;
    },

    countRows: (tables, signal) =>
      asked(async (session) => {
        const counts: number[] = [];
        for (const table of tables) {
          signal.throwIfAborted();
          const [row] = await session.query<{ n: string | number }>(`SELECT COUNT(*) AS n FROM ${quoteTable(table)}`);
          counts.push(Number(row?.n));
        }
        return counts;
      }),

    countValues: (table, columns) => asked((session) => countValues(session, table, columns)),
    openScript: (owner) => openScript(settings, owner),
    checksumTables: (tables, signal) => asked((session) => checksumTables(session, tables, signal)),

    async load(sql: Readable, options: LoadOptions) {
      const optionFiles = await createOptionFiles(settings, options.owner);
      try {
        programs ??= facts().then((server) => findLoadPrograms(settings, server));
        const login = await optionFiles.argumentsFor(options.part);
        await loadSql(await programs, login, sql, options);
      } finally {
        await optionFiles.remove();
      }
    },

    loadRows: (sql, options) => loadRows(settings, sql, options),

    clear: (tables, { owner, part, binlog }) =>
      changed(binlog, async (session) => {
        for (const name of loadLocks(owner, part)) {
          const [lock] = await session.query<{ got: string | number | null }>('SELECT GET_LOCK(?, 600) AS got', [name]);
          if (Number(lock?.got) !== 1) throw stillLoading(part);
        }
        for (const table of tables) {
          // Not TRUNCATE: that forgets where AUTO_INCREMENT stood.
          const where = table.range === undefined ? '' : ` WHERE ${table.range}`;
          await session.query(`DELETE FROM ${quoteTable(table)}${where}`);
        }
      }),

    async endOrphans(owner) {
      await sweepOptionFiles((mark) => mark === owner);
      const ended = await endOrphans((mark) => mark === owner);
      if (workDirectory !== undefined) await sweepReplays(workDirectory, owner);
      return ended;
    },

    dropSchemas: (schemas, { binlog }) =>
      changed(binlog, async (session) => {
        for (const schema of schemas) await session.query(`DROP DATABASE IF EXISTS ${quoteName(schema)}`);
      }),

    dropTriggers: (schemas, { binlog }) =>
      changed(binlog, async (session) => {
        const { triggers } = await readInventory(session, schemas);
        for (const trigger of triggers) await session.query(`DROP TRIGGER IF EXISTS ${quoteTable(trigger)}`);
      }),

    deferrableKeys: (table) => asked((session) => deferrableKeys(session, table)),

    dropKeys: (keys, { binlog }) =>
      changed(binlog, async (session) => {
        const there = await keyNames(session, keys);
        const left = keys.keys.filter(({ name }) => there.has(name));
        if (left.length > 0) await session.query(dropKeysStatement({ ...keys, keys: left }));
      }),

    addKeys: (keys, { binlog }) =>
      changed(binlog, async (session) => {
        const there = await keyNames(session, keys);
        const missing = keys.keys.filter(({ name }) => !there.has(name));
        if (missing.length > 0) await session.query(addKeysStatement({ ...keys, keys: missing }));
      }),

    replay: async (replay) => replayBinlogs(settings, await facts(), workDirectory, replay),
    adoptHistory: (history) => asked((session) => adoptHistory(session, history)),
    holdEvents: () => asked(holdEvents),
    enableEvents: (events, { binlog }) => asked((session) => enableEvents(session, events, binlog)),

    enabledEvents: () =>
      asked((session) =>
        session.query<TableName>(
          "SELECT EVENT_SCHEMA AS `schema`, EVENT_NAME AS name FROM information_schema.EVENTS WHERE STATUS = 'ENABLED' ORDER BY 1, 2",
        ),
      ),

    readHex: (table, column) =>
      asked(async (session) => {
        const rows = await session.query<{ hex: string }>(
          `SELECT HEX(${quoteName(column)}) AS hex FROM ${quoteTable(table)} ORDER BY 1`,
        );
        return rows.map((row) => row.hex);
      }),
  };
}

async function deferrableKeys(session: Session, table: TableName): Promise<DeferredKeys | undefined> {
  const needed = await session.query<{ name: string }>(
    `SELECT COLUMN_NAME AS name FROM information_schema.KEY_COLUMN_USAGE
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND REFERENCED_TABLE_NAME IS NOT NULL
      UNION SELECT REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME = ?
      UNION SELECT COLUMN_NAME FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND EXTRA LIKE '%auto_increment%'`,
    [table.schema, table.name, table.schema, table.name, table.schema, table.name],
  );
  const [created] = await session.query<Record<string, string>>(`SHOW CREATE TABLE ${quoteTable(table)}`);
  const keys = plainKeys(created?.['Create Table'] ?? '', new Set(needed.map(({ name }) => name)));
  return keys.length === 0 ? undefined : { schema: table.schema, name: table.name, keys };
}

async function keyNames(session: Session, { schema, name }: TableName): Promise<Set<string>> {
  const rows = await session.query<{ name: string }>(
    'SELECT DISTINCT INDEX_NAME AS name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
    [schema, name],
  );
  return new Set(rows.map((row) => row.name));
}

function stillLoading(part: string): Failure {
  return new Failure('restore-failed', `An earlier load of ${part} has not ended within 10 minutes.`, {
    hint: 'Look at the target’s process list, end what loads there, then run it again.',
    retryable: true,
  });
}
