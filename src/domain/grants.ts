import { quoteName } from './manifest.ts';
import { compareVersions, type Flavour } from './server.ts';

/** What a backup's user must be granted. Checked positively: a table that the user cannot see is not dumped, and nothing else would say so. */
export interface RequiredGrant {
  readonly privilege: string;
  /** Others that serve as well. */
  readonly orElse: readonly string[];
  /** Where it is needed: everywhere, or on one schema. */
  readonly on: '*' | { readonly schema: string };
  /** What the backup does with it. */
  readonly purpose: string;
  /** False when the backup has a way round, worse but correct. */
  readonly vital: boolean;
}

export interface GrantScope {
  readonly schemas?: readonly string[];
  readonly accounts: boolean;
}

/** Every grant that backups of this scope use on this server. */
export function requiredGrants(flavour: Flavour, version: string, scope: GrantScope): RequiredGrant[] {
  const places: RequiredGrant['on'][] = scope.schemas ? scope.schemas.map((schema) => ({ schema })) : ['*'];
  const everywhere = (privilege: string, purpose: string, options: Partial<RequiredGrant> = {}): RequiredGrant => ({
    privilege,
    orElse: [],
    on: '*',
    purpose,
    vital: true,
    ...options,
  });
  const inScope = (privilege: string, purpose: string): RequiredGrant[] =>
    places.map((on) => everywhere(privilege, purpose, { on }));

  return [
    ...inScope('SELECT', 'to read the rows'),
    ...inScope('SHOW VIEW', 'to read the definitions of views'),
    ...inScope('TRIGGER', 'to read triggers'),
    ...inScope('EVENT', 'to read events'),
    ...inScope('LOCK TABLES', 'to hold the tables still where RELOAD is missing').map((grant) => ({
      ...grant,
      vital: false,
    })),
    everywhere('RELOAD', 'for the short global read lock', {
      vital: false,
      orElse: flavour === 'mysql' ? ['FLUSH_TABLES'] : [],
    }),
    everywhere('PROCESS', 'to see that every snapshot is open, and long queries before the lock'),
    everywhere('REPLICATION SLAVE', 'to stream the binlogs', { vital: false }),
    ...(flavour === 'mysql' ? mysqlGrants(version, scope, everywhere) : mariadbGrants(version, scope, everywhere)),
  ];
}

type Everywhere = (privilege: string, purpose: string, options?: Partial<RequiredGrant>) => RequiredGrant;

function mysqlGrants(version: string, scope: GrantScope, everywhere: Everywhere): RequiredGrant[] {
  const hasShowRoutine = compareVersions(version, '8.0.20') >= 0;
  return [
    everywhere('REPLICATION CLIENT', 'to read the binlog position'),
    everywhere('BACKUP_ADMIN', 'to keep DDL away while the dumps run', { vital: false }),
    everywhere(hasShowRoutine ? 'SHOW_ROUTINE' : 'SELECT', 'to read the bodies of routines', { orElse: ['SELECT'] }),
    ...accountGrants(scope, everywhere),
  ];
}

function mariadbGrants(version: string, scope: GrantScope, everywhere: Everywhere): RequiredGrant[] {
  const monitor = compareVersions(version, '10.5.2') >= 0 ? 'BINLOG MONITOR' : 'REPLICATION CLIENT';
  return [
    everywhere(monitor, 'to read the binlog position', { orElse: ['REPLICATION CLIENT', 'BINLOG MONITOR'] }),
    ...(scope.accounts
      ? accountGrants(scope, everywhere)
      : [everywhere('SELECT', 'to read the bodies of routines', { on: { schema: 'mysql' } })]),
  ];
}

function accountGrants(scope: GrantScope, everywhere: Everywhere): RequiredGrant[] {
  return scope.accounts ? [everywhere('SELECT', 'to read accounts and their grants', { on: { schema: 'mysql' } })] : [];
}

/** Those required grants that SHOW GRANTS does not show, after leaving out what only a missing RELOAD would need. */
export function missingGrants(
  shown: readonly string[],
  flavour: Flavour,
  version: string,
  scope: GrantScope,
): RequiredGrant[] {
  const held = parseGrants(shown);
  const missing = requiredGrants(flavour, version, scope).filter(
    (need) => ![need.privilege, ...need.orElse].some((privilege) => holds(held, privilege, need.on)),
  );
  const lacks = (privilege: string) => missing.some((need) => need.privilege === privilege);
  // Either way of holding the data still will do; with neither there is no backup.
  if (!lacks('RELOAD')) return missing.filter((need) => need.privilege !== 'LOCK TABLES');
  const noWayToLock = lacks('LOCK TABLES');
  return missing.map((need) => (need.privilege === 'RELOAD' && noWayToLock ? { ...need, vital: true } : need));
}

/** One GRANT statement per place, global ones first, for whom SHOW GRANTS spoke about. */
export function grantStatements(missing: readonly RequiredGrant[], shown: readonly string[], user: string): string[] {
  const account = accountOf(shown) ?? accountFromUser(user);
  const privilegesAt = new Map<string, Set<string>>();
  for (const need of missing) {
    const place = need.on === '*' ? '*.*' : `${quoteName(need.on.schema)}.*`;
    privilegesAt.set(place, (privilegesAt.get(place) ?? new Set()).add(need.privilege));
  }
  const coveredEverywhere = privilegesAt.get('*.*') ?? new Set();
  return [...privilegesAt]
    .map(([place, privileges]) => ({
      place,
      privileges: [...privileges].filter((privilege) => place === '*.*' || !coveredEverywhere.has(privilege)),
    }))
    .filter(({ privileges }) => privileges.length > 0)
    .sort((a, b) => Number(b.place === '*.*') - Number(a.place === '*.*'))
    .map(({ place, privileges }) => `GRANT ${privileges.join(', ')} ON ${place} TO ${account};`);
}

interface HeldGrant {
  readonly privileges: ReadonlySet<string>;
  readonly everywhere: boolean;
  /** The schema as printed: a pattern with `%`, `_` and backslashes. */
  readonly schema?: string;
  /** MySQL's partial revokes: taken away on this schema. */
  readonly revoked: boolean;
}

const quoted = '(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")';
const line = new RegExp(`^(GRANT|REVOKE) (.+) ON (\\*|${quoted})\\.(\\*|${quoted}) (?:TO|FROM) `, 'i');

/** Table and column grants are passed over: they never cover a schema. */
function parseGrants(shown: readonly string[]): HeldGrant[] {
  return shown.flatMap((text) => {
    const [, verb = '', list = '', schema = '', table = ''] = line.exec(text) ?? [];
    if (verb === '' || table !== '*') return [];
    const privileges = new Set(
      list
        .replace(/[A-Z ]+\([^)]*\)/gi, '')
        .split(',')
        .map((privilege) => privilege.trim().toUpperCase()),
    );
    const everywhere = schema === '*';
    return [
      {
        privileges,
        everywhere,
        revoked: verb.toUpperCase() === 'REVOKE',
        ...(!everywhere && { schema: unquote(schema) }),
      },
    ];
  });
}

/** Whether SHOW GRANTS shows a privilege on everything. */
export function holdsEverywhere(shown: readonly string[], privilege: string): boolean {
  return holds(parseGrants(shown), privilege, '*');
}

function holds(held: readonly HeldGrant[], privilege: string, on: RequiredGrant['on']): boolean {
  const named = held.filter(
    ({ privileges }) => privileges.has(privilege) || privileges.has('ALL PRIVILEGES') || privileges.has('ALL'),
  );
  const revoked = named.filter((grant) => grant.revoked);
  const given = named.filter((grant) => !grant.revoked);
  if (on === '*') return given.some((grant) => grant.everywhere) && revoked.length === 0;
  const onSchema = given.some((grant) => grant.schema !== undefined && matchesPattern(grant.schema, on.schema));
  const taken = revoked.some((grant) => grant.schema === on.schema);
  return onSchema || (given.some((grant) => grant.everywhere) && !taken);
}

/** A schema name in a grant is a LIKE pattern: `%` any, `_` one, a backslash makes either plain. */
function matchesPattern(pattern: string, schema: string): boolean {
  const source = pattern.replace(/\\([%_\\])|([%_])|([\s\S])/gu, (_, plain?: string, wild?: string, other?: string) => {
    if (wild !== undefined) return wild === '%' ? '[\\s\\S]*' : '[\\s\\S]';
    return (plain ?? other ?? '').replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u').test(schema);
}

function unquote(name: string): string {
  const quote = name[0] ?? '`';
  return name.slice(1, -1).replaceAll(quote + quote, quote);
}

/** `` `tidemark`@`%` ``, from the first line that names an account. */
function accountOf(shown: readonly string[]): string | undefined {
  const account = new RegExp(` TO ((?:${quoted}|'[^']*')@(?:${quoted}|'[^']*'))`, 'i');
  return shown.map((text) => account.exec(text)?.[1]).find((found) => found !== undefined);
}

/** From `tidemark@localhost`, as CURRENT_USER() prints it. */
function accountFromUser(user: string): string {
  const at = user.lastIndexOf('@');
  return at === -1
    ? `${quoteName(user)}@${quoteName('%')}`
    : `${quoteName(user.slice(0, at))}@${quoteName(user.slice(at + 1))}`;
}
