import { quoteName, quoteTable, type TableName } from '../../../domain/manifest.ts';
import { columnNames, type ForeignKey } from '../../../domain/table-swap/constraints.ts';
import type { Tables } from '../../../ports/tables.ts';
import { checksumTables } from '../checksum-tables.ts';
import { type Session, withSession } from '../connection.ts';
import type { ServerSettings } from '../settings.ts';
import { compareTables } from './compare-tables.ts';
import { countWrites } from './count-writes.ts';
import { describeTable } from './describe-table.ts';
import { dumpRows } from './dump-rows.ts';
import { openExchange, openTableSession, runStatement } from './exchange-session.ts';
import { readTakenNames } from './taken-names.ts';

/** Single tables of a MySQL or MariaDB server, under one login. */
export function createMysqlTables(settings: ServerSettings): Tables {
  const asked = <Result>(use: (session: Session) => Promise<Result>) => withSession(settings, use);
  return {
    describe: (table) => asked((session) => describeTable(session, table)),
    check: (table, signal) => asked((session) => checkTable(session, table, signal)),
    taken: (schema, except) => asked((session) => readTakenNames(session, schema, except)),

    namesIn: (schema) =>
      asked(async (session) => {
        const rows = await session.query<{ name: string }>(
          'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
          [schema],
        );
        return rows.map(({ name }) => name);
      }),

    sumUp: (table) =>
      asked(async (session) => {
        const [row] = await session.query<{ n: string | number }>(`SELECT COUNT(*) AS n FROM ${quoteTable(table)}`);
        const [sum] = await checksumTables(session, [table]);
        return { checksum: sum?.checksum ?? '', rows: Number(row?.n) };
      }),

    countStranded: (key) =>
      asked(async (session) => {
        const [row] = await session.query<{ n: string | number }>(stranded(key));
        return Number(row?.n);
      }),

    compare: (recovered, live, options) => asked((session) => compareTables(session, recovered, live, options)),

    dumpRows: (table, owner) => dumpRows(settings, table, owner),

    async run(statement) {
      const session = await openTableSession(settings);
      try {
        await runStatement(session, statement);
      } finally {
        await session.end();
      }
    },

    async dropUnused(table) {
      const session = await openTableSession(settings);
      try {
        await runStatement(session, {
          sql: `DROP TABLE IF EXISTS ${quoteTable(table)}`,
          session: 'foreign_key_checks = 1',
        });
      } finally {
        await session.end();
      }
    },

    openExchange: () => openExchange(settings),
    writesSince: (exchange, owner, signal) => countWrites(settings, exchange, owner, signal),
  };
}

async function checkTable(session: Session, table: TableName, signal: AbortSignal): Promise<string[]> {
  const drop = () => session.drop();
  signal.addEventListener('abort', drop, { once: true });
  try {
    const rows = await session.query<{ Msg_type: string; Msg_text: string }>(`CHECK TABLE ${quoteTable(table)}`);
    const said = rows.filter(({ Msg_type }) => !/^(note|info)$/i.test(Msg_type));
    return said.map(({ Msg_text }) => Msg_text).filter((text) => !/^(OK|Table is already up to date)$/i.test(text));
  } finally {
    signal.removeEventListener('abort', drop);
  }
}

/** MATCH SIMPLE, as every server has it: a key with a NULL in it refers to nothing. */
function stranded({ child, columns, parent, rest }: ForeignKey): string {
  const [own, theirs] = [columnNames(columns).map(quoteName), columnNames(rest).map(quoteName)];
  const same = own.map((column, index) => `c.${column} = p.${theirs[index]}`).join(' AND ');
  const refers = own.map((column) => `c.${column} IS NOT NULL`).join(' AND ');
  return `SELECT COUNT(*) AS n FROM ${quoteTable(child)} c WHERE ${refers} AND NOT EXISTS (SELECT 1 FROM ${quoteTable(parent)} p WHERE ${same})`;
}
