import { expect, test } from 'vitest';
import { whyNotReadOnly } from '../../../src/domain/validation/read-only-statement.ts';

test.each([
  '',
  '-- nothing',
  'DELETE FROM t',
  'DROP TABLE t',
  'CALL mend()',
  'SET GLOBAL read_only = 0',
  'DO SLEEP(1)',
  'HANDLER t OPEN',
  'EXPLAIN ANALYZE DELETE FROM t',
  'SELECT 1; DELETE FROM t',
  'SELECT 1;;',
  '/*!50000 DELETE */ FROM t',
  'SELECT 1 /*! INTO OUTFILE "/tmp/x" */',
  '/*M! DELETE FROM t */',
  "SELECT * FROM t INTO OUTFILE '/tmp/x'",
  'SELECT 1 INTO @x',
  'SELECT * FROM t FOR UPDATE',
  'SELECT * FROM t for  share',
  'SELECT * FROM t LOCK IN SHARE MODE',
  'WITH x AS (SELECT 1) DELETE FROM t',
  'WITH x AS (SELECT 1), y AS (SELECT 2) UPDATE t SET a = 1',
  '(DELETE FROM t)',
])('refuses %j', (sql) => {
  expect(whyNotReadOnly(sql)).toMatch(/\w/);
});

test.each([
  'SELECT 1',
  ' select count(*) from t ; ',
  '(SELECT 1) UNION (SELECT 2)',
  "SELECT REPLACE(a, 'DELETE', 'INTO'), `into` FROM `for update` -- INTO",
  'WITH x AS (SELECT 1 AS `update`) SELECT * FROM x',
  'WITH RECURSIVE x (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 3) SELECT n FROM x',
  'SHOW TABLES',
  'DESCRIBE t',
  'TABLE t',
])('runs %j', (sql) => {
  expect(whyNotReadOnly(sql)).toBeUndefined();
});
