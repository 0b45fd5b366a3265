import type { Connection, RowDataPacket } from 'mysql2/promise';
import { quoteTable } from '../../src/domain/manifest.ts';
import type { TestServer } from './database-server.ts';

/** Everything of a server that a restore must bring back, in a shape that compares: one entry per object. */
export type ServerDescription = Record<string, unknown>;

const serverSchemas = "'mysql', 'sys', 'information_schema', 'performance_schema'";

/** Describes every schema, table (with its checksum and rows), view, routine, trigger, event and account. */
export async function describeServer(server: TestServer, { accounts = true } = {}): Promise<ServerDescription> {
  const connection = await server.connect();
  try {
    await connection.query("SET SESSION time_zone = '+00:00', sql_mode = ''");
    if (server.flavour === 'mysql') await connection.query('SET SESSION print_identified_with_as_hex = ON');
    const description: ServerDescription = {};
    for (const [kind, sql] of Object.entries(lists)) {
      for (const row of await rowsOf(connection, sql)) {
        const [schema, name, type = kind] = Object.values(row).map(String);
        const what = quoteTable({ schema: schema ?? '', name: name ?? '' });
        description[`${type} ${what}`] = await describeObject(connection, type, what);
      }
    }
    return accounts ? { ...description, ...(await describeAccounts(connection, server)) } : description;
  } finally {
    await connection.end();
  }
}

/** What it looks like after a restore: events come in disabled, and nothing else may differ. */
export function asRestored(description: ServerDescription): ServerDescription {
  return Object.fromEntries(
    Object.entries(description).map(([what, facts]) => [
      what,
      what.startsWith('EVENT ')
        ? JSON.parse(JSON.stringify(facts).replace(/(ON COMPLETION (?:NOT )?PRESERVE) ENABLE/, '$1 DISABLE'))
        : facts,
    ]),
  );
}

const lists: Record<string, string> = {
  DATABASE: `SELECT SCHEMA_NAME, '' FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN (${serverSchemas})`,
  TABLE: `SELECT TABLE_SCHEMA, TABLE_NAME, IF(TABLE_TYPE IN ('VIEW', 'SEQUENCE'), TABLE_TYPE, 'TABLE')
            FROM information_schema.TABLES WHERE TABLE_SCHEMA NOT IN (${serverSchemas})`,
  ROUTINE: `SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE
              FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN (${serverSchemas})`,
  TRIGGER: `SELECT TRIGGER_SCHEMA, TRIGGER_NAME
              FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN (${serverSchemas})`,
  EVENT: `SELECT EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA NOT IN (${serverSchemas})`,
};

async function describeObject(connection: Connection, type: string, what: string): Promise<unknown> {
  switch (type) {
    case 'DATABASE':
      return Object.values((await rowsOf(connection, `SHOW CREATE DATABASE ${what.slice(0, -3)}`))[0] ?? {});
    case 'SEQUENCE':
      return rowsOf(connection, `SELECT * FROM ${what}`);
    case 'TABLE': {
      const [created] = await rowsOf(connection, `SHOW CREATE TABLE ${what}`);
      const [checksum] = await rowsOf(connection, `CHECKSUM TABLE ${what} EXTENDED`);
      const [count] = await rowsOf(connection, `SELECT COUNT(*) AS n FROM ${what}`);
      return [created?.['Create Table'], String(checksum?.Checksum), Number(count?.n)];
    }
    default: {
      const [created] = await rowsOf(connection, `SHOW CREATE ${type} ${what}`);
      const { Created: _, ...rest } = created ?? {};
      return rest;
    }
  }
}

async function describeAccounts(connection: Connection, server: TestServer): Promise<ServerDescription> {
  const role = server.flavour === 'mariadb' ? "is_role = 'Y'" : 'FALSE';
  const accounts = await rowsOf(connection, `SELECT User AS user, Host AS host, ${role} AS isRole FROM mysql.user`);
  const description: ServerDescription = {};
  for (const { user, host, isRole } of accounts) {
    const name =
      Number(isRole) === 1 ? connection.escape(user) : `${connection.escape(user)}@${connection.escape(host)}`;
    const created = Number(isRole) === 1 ? [] : await rowsOf(connection, `SHOW CREATE USER ${name}`);
    const grants = await rowsOf(connection, `SHOW GRANTS FOR ${name}`);
    // MariaDB keeps ''@'' and ''@'%' apart as targets of PROXY, and prints them alike.
    description[`ACCOUNT ${name}`] = [...new Set([...created, ...grants].flatMap((row) => Object.values(row)))].sort();
  }
  return description;
}

async function rowsOf(connection: Connection, sql: string): Promise<Record<string, unknown>[]> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows;
}
