import { expect, it } from 'vitest';
import { onlyCreations } from '../../src/domain/account-statements.ts';

it('keeps what makes users and roles, and leaves what they may do for later', () => {
  const accounts = [
    'SET NAMES utf8mb4;',
    "CREATE ROLE IF NOT EXISTS 'reader';",
    "CREATE USER IF NOT EXISTS `a;\nGRANT`@`%` IDENTIFIED WITH 'x' AS 0x00;",
    'GRANT SELECT ON `a`.* TO `reader`;',
    "ALTER USER 'a'@'%' DEFAULT ROLE `reader`;",
    '-- Dump completed',
    '',
  ].join('\n');
  expect(onlyCreations(accounts)).toBe(
    "SET NAMES utf8mb4;\nCREATE ROLE IF NOT EXISTS 'reader';\nCREATE USER IF NOT EXISTS `a;\nGRANT`@`%` IDENTIFIED WITH 'x' AS 0x00;\n",
  );
});
