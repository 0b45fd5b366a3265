import { expect, it } from 'vitest';
import { inventDefiners } from '../../src/domain/definers.ts';

it('makes everybody whose rights something runs with, once', () => {
  const dump = [
    '/*!50106 CREATE*/ /*!50117 DEFINER=`ro``ot`@`local host`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ ;;',
    'CREATE ALGORITHM=UNDEFINED DEFINER=`ro``ot`@`local host` SQL SECURITY DEFINER VIEW `v` AS SELECT 1;',
    'CREATE DEFINER=`some role` PROCEDURE `p`() SELECT 1',
  ].join('\n');
  expect(inventDefiners(dump)).toBe(
    [
      'CREATE USER IF NOT EXISTS `ro``ot`@`local host` ACCOUNT LOCK;\nGRANT ALL ON *.* TO `ro``ot`@`local host`;\n',
      'CREATE ROLE IF NOT EXISTS `some role`;\nGRANT ALL ON *.* TO `some role`;\n',
    ].join(''),
  );
});
