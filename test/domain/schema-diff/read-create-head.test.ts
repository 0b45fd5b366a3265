import { expect, it } from 'vitest';
import { type CreateHead, readCreateHead } from '../../../src/domain/schema-diff/read-create-head.ts';

it.each<[string, string]>([
  ['CREATE TABLE `t` (\n  `id` int\n)', 'table t'],
  ['CREATE TABLE IF NOT EXISTS `slow;\nlog` (', 'table slow;\nlog'],
  ['CREATE DATABASE /*!32312 IF NOT EXISTS*/ `a``b` /*!40100 DEFAULT CHARACTER SET utf8mb4 */', 'schema a`b'],
  ['CREATE DATABASE IF NOT EXISTS `a`', 'schema a'],
  ['CREATE SEQUENCE `s` start with 5 cache 1000 nocycle ENGINE=InnoDB', 'sequence s'],
  ['CREATE OR REPLACE SEQUENCE s start with 5', 'sequence s'],
  ['/*!50001 CREATE VIEW `v` AS SELECT 1 AS `x`*/', 'conditional view v'],
  ['/*!50001 CREATE TABLE `v` (`x` tinyint NOT NULL) ENGINE=MyISAM */', 'conditional table v'],
  [
    '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`root`@`%` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS select 1 */',
    'conditional view v',
  ],
  [
    'CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=`root`@`%` SQL SECURITY INVOKER VIEW `a`.`v` AS select 1',
    'view a . v',
  ],
  ['CREATE DEFINER=`root`@`localhost` PROCEDURE `p`()\nBEGIN END', 'procedure p'],
  ['CREATE DEFINER="root"@"localhost" FUNCTION "f ""1"""() RETURNS int(11)', 'function f "1"'],
  ['CREATE DEFINER=`a role` FUNCTION `f`() RETURNS int', 'function f'],
  ['CREATE DEFINER=role FUNCTION f() RETURNS int', 'function f'],
  ["CREATE DEFINER='it''s'@'10.0.0.%' PROCEDURE p () SELECT 1", 'procedure p'],
  ['CREATE DEFINER = event@db.example.org PROCEDURE p () SELECT 1', 'procedure p'],
  ['create definer=current_user() procedure `p`() select 1', 'procedure p'],
  ['CREATE DEFINER=CURRENT_USER PROCEDURE `p`() SELECT 1', 'procedure p'],
  ['CREATE OR REPLACE DEFINER=`x`@`y` AGGREGATE FUNCTION `sum of`(x INT) RETURNS INT', 'function sum of'],
  ['CREATE DEFINER="root"@"%" PACKAGE "Pay" AS PROCEDURE p; END', 'package Pay'],
  ['CREATE DEFINER="root"@"%" PACKAGE BODY "Pay" AS PROCEDURE p AS BEGIN NULL; END; END', 'package body Pay'],
  ['CREATE LIBRARY `l` LANGUAGE JAVASCRIPT AS $$ export function f() {} $$', 'library l'],
  [
    '/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`%`*/ /*!50003 TRIGGER `on it` BEFORE INSERT ON `t`',
    'conditional trigger on it',
  ],
  [
    '/*!50003 CREATE OR REPLACE*/ /*!50017 DEFINER=root@localhost*/ /*!50003 TRIGGER grüße after insert',
    'conditional trigger grüße',
  ],
  [
    '/*!50003 CREATE TRIGGER IF NOT EXISTS a.b -- why not\n before update on t for each row set @x = 1 */',
    'conditional trigger a . b',
  ],
  [
    "/*!50003 CREATE*/ /*!50017 DEFINER=`r`@`%`*/ /*!50003 trigger /* it's ; mine */ `a` . bare\nbefore delete */",
    'conditional trigger a . bare',
  ],
  [
    '/*M!100301 CREATE*/ /*!50117 DEFINER=`root`@`%`*/ /*!50106 EVENT `e` ON SCHEDULE EVERY 1 DAY',
    'conditional event e',
  ],
])('%s', (statement, expected) => {
  expect(told(readCreateHead(statement))).toBe(expected);
});

it.each([
  "/*!50003 SET sql_mode = '' */ ",
  'USE `create table x`',
  '/*!50003 DROP PROCEDURE IF EXISTS `p` */',
  'ALTER DATABASE `a` CHARACTER SET utf8mb4',
  'DO SETVAL(`s`, 8, 0)',
  '/* nothing */',
])('%s makes nothing', (statement) => {
  expect(readCreateHead(statement)).toBe('other');
});

it.each([
  'CREATE FULLTEXT CATALOGUE `x`',
  "CREATE TABLE 'x' (a int)",
  'CREATE',
  'CREATE DEFINER=`root`@`%` `p`() SELECT 1',
  "', 2; END",
  'ANALYZE TABLE t',
])('%s cannot be named, and is not passed over', (statement) => {
  expect(readCreateHead(statement)).toBe('unreadable');
});

function told(head: CreateHead | string): string {
  if (typeof head === 'string') return head;
  const { conditional, kind, schema, name } = head;
  return [...(conditional ? ['conditional'] : []), kind, ...(schema === undefined ? [] : [schema, '.']), name].join(
    ' ',
  );
}
