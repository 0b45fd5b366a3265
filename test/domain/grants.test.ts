import { describe, expect, it } from 'vitest';
import { type GrantScope, grantStatements, missingGrants } from '../../src/domain/grants.ts';
import type { Flavour } from '../../src/domain/server.ts';

const everything: GrantScope = { accounts: true };
const alumni: GrantScope = { schemas: ['sgs_gita_alumni'], accounts: false };
const to = 'TO `tidemark`@`%`';

function look(
  shown: string[],
  scope: GrantScope,
  flavour: Flavour = 'mysql',
  version = flavour === 'mysql' ? '9.7.4' : '10.11.14',
) {
  const missing = missingGrants(shown, flavour, version, scope);
  return {
    vital: missing.filter((need) => need.vital).map((need) => need.privilege),
    worse: missing.filter((need) => !need.vital).map((need) => need.privilege),
    statements: grantStatements(missing, shown, 'tidemark@%'),
  };
}
const nothing = { vital: [], worse: [], statements: [] };

describe('on MySQL', () => {
  it('a user with nothing is told everything in one statement per place', () => {
    expect(look([`GRANT USAGE ON *.* ${to}`], everything)).toEqual({
      vital: [
        'SELECT',
        'SHOW VIEW',
        'TRIGGER',
        'EVENT',
        'RELOAD',
        'PROCESS',
        'REPLICATION CLIENT',
        'SHOW_ROUTINE',
        'SELECT',
      ],
      worse: ['LOCK TABLES', 'REPLICATION SLAVE', 'BACKUP_ADMIN'],
      statements: [
        'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, BACKUP_ADMIN, SHOW_ROUTINE ON *.* TO `tidemark`@`%`;',
      ],
    });
  });

  it('what the statements grant is enough', () => {
    for (const scope of [everything, alumni, { ...alumni, accounts: true }]) {
      const { statements } = look([`GRANT USAGE ON *.* ${to}`], scope);
      expect(
        look(
          statements.map((statement) => statement.replace(';', ' ')),
          scope,
        ),
      ).toEqual(nothing);
    }
  });

  it('static and dynamic privileges come in lines of their own', () => {
    const shown = [
      `GRANT SELECT, RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER ON *.* ${to}`,
      `GRANT BACKUP_ADMIN ON *.* ${to}`,
    ];
    expect(look(shown, everything)).toEqual(nothing);
  });

  it('ALL PRIVILEGES is all, everywhere or on the schema it names', () => {
    expect(look([`GRANT ALL PRIVILEGES ON *.* ${to} WITH GRANT OPTION`], everything)).toEqual(nothing);
    expect(look([`GRANT ALL PRIVILEGES ON \`sgs_gita_alumni\`.* ${to}`], alumni).statements).toEqual([
      'GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, BACKUP_ADMIN, SHOW_ROUTINE ON *.* TO `tidemark`@`%`;',
    ]);
  });

  it.each([
    ['sgs\\_gita\\_alumni', true],
    ['sgs_gita_alumni', true],
    ['sgs%', true],
    ['sgs\\_gita', false],
    ['sgs\\%', false],
    ['other', false],
  ])('a grant on the pattern %s covers sgs_gita_alumni: %s', (pattern, covers) => {
    const shown = [
      `GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT ON *.* ${to}`,
      `GRANT BACKUP_ADMIN,SHOW_ROUTINE ON *.* ${to}`,
      `GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`${pattern}\`.* ${to}`,
    ];
    expect(look(shown, alumni).vital.length === 0).toBe(covers);
  });

  it('grants on schemas are not enough when all schemas are wanted: others would be hidden', () => {
    const shown = [`GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON \`app\`.* ${to}`];
    expect(look(shown, everything).vital).toContain('SELECT');
  });

  it('grants on tables, columns, routines and proxies cover nothing', () => {
    const shown = [
      `GRANT RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER, BACKUP_ADMIN, SHOW_ROUTINE ON *.* ${to}`,
      `GRANT SELECT ON \`sgs_gita_alumni\`.\`users\` ${to}`,
      `GRANT SELECT (\`a\`, \`b\`), UPDATE (\`a\`) ON *.* ${to}`,
      `GRANT EXECUTE ON PROCEDURE \`sgs_gita_alumni\`.\`p\` ${to}`,
      `GRANT PROXY ON ''@'' ${to}`,
      `GRANT \`reader\`@\`%\` ${to}`,
    ];
    expect(look(shown, alumni).vital).toEqual(['SELECT']);
  });

  it('a partial revoke takes a schema out', () => {
    const shown = [
      `GRANT SELECT, RELOAD, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER, BACKUP_ADMIN, SHOW_ROUTINE ON *.* ${to}`,
      `REVOKE SELECT ON \`sgs_gita_alumni\`.* FROM \`tidemark\`@\`%\``,
    ];
    expect(look(shown, alumni).statements).toEqual(['GRANT SELECT ON `sgs_gita_alumni`.* TO `tidemark`@`%`;']);
    expect(look(shown, everything).vital).toEqual(['SELECT']);
    expect(look(shown, { schemas: ['other'], accounts: false }).vital).toEqual([]);
  });

  it('without RELOAD, LOCK TABLES is a way round; without both there is none', () => {
    const rest =
      'SELECT, PROCESS, REPLICATION SLAVE, REPLICATION CLIENT, SHOW VIEW, EVENT, TRIGGER, BACKUP_ADMIN, SHOW_ROUTINE';
    expect(look([`GRANT ${rest}, LOCK TABLES ON *.* ${to}`], everything)).toMatchObject({
      vital: [],
      worse: ['RELOAD'],
    });
    expect(look([`GRANT ${rest} ON *.* ${to}`], everything)).toMatchObject({
      vital: ['RELOAD'],
      worse: ['LOCK TABLES'],
    });
    expect(look([`GRANT ${rest}, FLUSH_TABLES ON *.* ${to}`], everything)).toEqual(nothing);
  });

  it('before 8.0.20 there is no SHOW_ROUTINE to ask for', () => {
    const { statements } = look([`GRANT USAGE ON *.* ${to}`], alumni, 'mysql', '8.0.19');
    expect(statements.join()).not.toContain('SHOW_ROUTINE');
  });
});

describe('on MariaDB', () => {
  it('privileges have the names that MariaDB knows', () => {
    expect(look([`GRANT USAGE ON *.* ${to} IDENTIFIED BY PASSWORD '*AB'`], alumni, 'mariadb').statements).toEqual([
      'GRANT RELOAD, PROCESS, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO `tidemark`@`%`;',
      'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `sgs_gita_alumni`.* TO `tidemark`@`%`;',
      'GRANT SELECT ON `mysql`.* TO `tidemark`@`%`;',
    ]);
  });

  it('BINLOG MONITOR shown by a role counts, and the account asked for is the user, not the role', () => {
    const shown = [
      'GRANT `backup` TO `tidemark`@`localhost`',
      'GRANT USAGE ON *.* TO `tidemark`@`localhost`',
      'GRANT SELECT, RELOAD, PROCESS, REPLICATION SLAVE, BINLOG MONITOR, SHOW VIEW, EVENT ON *.* TO `backup`',
    ];
    expect(look(shown, everything, 'mariadb').statements).toEqual(['GRANT TRIGGER ON *.* TO `tidemark`@`localhost`;']);
  });

  it('a root with everything lacks nothing', () => {
    expect(
      look(['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION'], everything, 'mariadb'),
    ).toEqual(nothing);
  });
});

it('odd names are quoted', () => {
  const { statements } = look([], { schemas: ['we`ird 🎓'], accounts: false });
  expect(statements[1]).toBe(
    'GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON `we``ird 🎓`.* TO `tidemark`@`%`;',
  );
});
