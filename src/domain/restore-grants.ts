import { grantStatements, holdsEverywhere, type RequiredGrant } from './grants.ts';
import type { Flavour } from './server.ts';

/** What whoever restores must be granted everywhere; of several that serve, one is enough. */
export function requiredRestoreGrants(
  flavour: Flavour,
  { accounts, replays, binlog }: { accounts: boolean; replays: boolean; binlog: boolean },
): RequiredGrant[] {
  const need = (privilege: string, purpose: string, ...orElse: string[]): RequiredGrant => ({
    privilege,
    orElse,
    on: '*',
    purpose,
    vital: true,
  });
  const objects = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER', 'INDEX', 'REFERENCES'].map(
    (privilege) => need(privilege, 'to make tables and fill them'),
  );
  const others = ['CREATE VIEW', 'CREATE ROUTINE', 'ALTER ROUTINE', 'TRIGGER', 'EVENT'].map((privilege) =>
    need(privilege, 'to make views, routines, triggers and events'),
  );
  const definers =
    flavour === 'mysql'
      ? need('SET_ANY_DEFINER', 'to make them in the name of who defined them', 'SET_USER_ID', 'SUPER')
      : need('SET USER', 'to make them in the name of who defined them', 'SUPER');
  const settings =
    flavour === 'mysql'
      ? need('SYSTEM_VARIABLES_ADMIN', 'to hold the event scheduler', 'SUPER')
      : need('SUPER', 'to hold the event scheduler');
  const quietly =
    flavour === 'mysql'
      ? need('SYSTEM_VARIABLES_ADMIN', 'to leave the binlog out', 'SESSION_VARIABLES_ADMIN', 'SUPER')
      : need('BINLOG ADMIN', 'to leave the binlog out', 'SUPER');
  const replaying =
    flavour === 'mysql'
      ? need('BINLOG_ADMIN', 'to replay row events', 'REPLICATION_APPLIER', 'SUPER')
      : need('BINLOG REPLAY', 'to replay row events', 'SUPER');
  return [
    ...objects,
    ...others,
    definers,
    settings,
    need('PROCESS', 'to see who reads the binlog'),
    ...(accounts ? [need('CREATE USER', 'to make accounts')] : []),
    ...(binlog ? [] : [quietly]),
    ...(replays ? [replaying] : []),
  ];
}

/** The GRANTs that are missing, as they are typed; none when all is well. */
export function missingRestoreGrants(
  shown: readonly string[],
  user: string,
  ...wanted: Parameters<typeof requiredRestoreGrants>
): string[] {
  const missing = requiredRestoreGrants(...wanted).filter(
    ({ privilege, orElse }) => ![privilege, ...orElse].some((each) => holdsEverywhere(shown, each)),
  );
  return grantStatements(missing, shown, user);
}
