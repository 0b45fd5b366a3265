import { expect, test } from 'vitest';
import { missingRestoreGrants, requiredRestoreGrants } from '../../src/domain/restore-grants.ts';

const everything = { accounts: true, replays: true, binlog: false };

test.each([
  ['mysql', ['GRANT ALL PRIVILEGES ON *.* TO `r`@`%` WITH GRANT OPTION'], []],
  ['mariadb', ["GRANT ALL PRIVILEGES ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD '*A' WITH GRANT OPTION"], []],
  [
    'mysql',
    [
      'GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, PROCESS, REFERENCES, INDEX, ALTER, SUPER, CREATE VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO `r`@`%`',
    ],
    [],
  ],
  [
    'mariadb',
    ['GRANT USAGE ON *.* TO `r`@`%`', 'GRANT ALL PRIVILEGES ON `app`.* TO `r`@`%`'],
    [/^GRANT SELECT, .*BINLOG REPLAY ON \*\.\* TO `r`@`%`;$/],
  ],
] as const)('on %s with %j, %j is missing', (flavour, shown, expected) => {
  const missing = missingRestoreGrants(shown, 'r@%', flavour, everything);
  expect(missing).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});

test('what is not done needs no grant', () => {
  const names = (wanted: typeof everything) => requiredRestoreGrants('mysql', wanted).map(({ privilege }) => privilege);
  expect(names(everything)).toEqual(expect.arrayContaining(['BINLOG_ADMIN', 'CREATE USER']));
  const less = names({ accounts: false, replays: false, binlog: true });
  expect(less).not.toContain('BINLOG_ADMIN');
  expect(less).not.toContain('CREATE USER');
});
