import type { Flavour } from '../../domain/server.ts';
import type { ServerDialect } from '../../domain/server-dialect.ts';
import type { Session } from './connection.ts';

const serverAccounts = ['mysql.sys', 'mysql.session', 'mysql.infoschema', 'mariadb.sys'];

export interface Account {
  readonly user: string;
  readonly host: string;
  readonly isRole: boolean;
}

/** Writes users, roles and their grants as SQL that creates what is missing and changes nothing that exists. */
export async function dumpAccounts(
  session: Session,
  flavour: Flavour,
  dialect: ServerDialect,
): Promise<{ sql: string; accounts: number }> {
  if (dialect.printableHashes) await session.query(dialect.printableHashes);
  const accounts = await readAccounts(session, flavour);
  const created: string[] = [];
  const granted: string[] = [];
  const defaultRoles: string[] = [];
  for (const account of accounts) {
    const { creation, defaultRole } = await creationOf(session, account);
    created.push(creation);
    defaultRoles.push(...defaultRole);
    granted.push(...(await grantsOf(session, account)));
  }
  // Every account before any grant: roles are granted to users and to each other. Only what is granted can be a default.
  const lines = ['SET NAMES utf8mb4;', ...created, ...granted, ...defaultRoles, '-- Dump completed', ''];
  return { sql: lines.join('\n'), accounts: accounts.length };
}

/** Every account and role but the server's own. */
export async function readAccounts(session: Session, flavour: Flavour): Promise<Account[]> {
  const role = flavour === 'mariadb' ? "is_role = 'Y'" : 'FALSE';
  const rows = await session.query<{ user: string; host: string; isRole: string | number }>(
    `SELECT CAST(User AS CHAR) AS user, CAST(Host AS CHAR) AS host, ${role} AS isRole FROM mysql.user ORDER BY 3 DESC, 1, 2`,
  );
  return rows
    .filter((row) => !serverAccounts.includes(row.user) && !(flavour === 'mariadb' && row.user === 'PUBLIC'))
    .map((row) => ({ user: row.user, host: row.host, isRole: Number(row.isRole) === 1 }));
}

async function creationOf(
  session: Session,
  account: Account,
): Promise<{ creation: string; defaultRole: readonly string[] }> {
  const name = accountName(account);
  if (account.isRole) return { creation: `CREATE ROLE IF NOT EXISTS ${name};`, defaultRole: [] };
  const [row] = await session.query<Record<string, string>>(`SHOW CREATE USER ${name}`);
  const statement = Object.values(row ?? {})[0] ?? '';
  const roles = defaultRoleClause.exec(statement)?.[1];
  const creation = statement.replace(defaultRoleClause, '').replace(/^CREATE USER /, 'CREATE USER IF NOT EXISTS ');
  return { creation: `${creation};`, defaultRole: roles ? [`ALTER USER ${name} DEFAULT ROLE ${roles};`] : [] };
}

async function grantsOf(session: Session, account: Account): Promise<string[]> {
  const rows = await session.query<Record<string, string>>(`SHOW GRANTS FOR ${accountName(account)}`);
  return rows.map((row) => `${(Object.values(row)[0] ?? '').replace(passwordClause, '')};`);
}

const quotedName = '`(?:[^`]|``)*`';
const defaultRoleClause = new RegExp(` DEFAULT ROLE (${quotedName}@${quotedName}(?:,${quotedName}@${quotedName})*)`);

/** MariaDB repeats the password in grants, where it would replace that of an account which the target has already. */
const passwordClause = / IDENTIFIED (?:BY PASSWORD|VIA) (?:'(?:[^'\\]|''|\\.)*'|.)*?(?= REQUIRE | WITH |$)/;

export function accountName({ user, host, isRole }: Account): string {
  return isRole ? quoted(user) : `${quoted(user)}@${quoted(host)}`;
}

function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
