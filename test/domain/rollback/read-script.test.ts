import { describe, expect, it } from 'vitest';
import { readScript } from '../../../src/domain/rollback/read-script.ts';

const read = (text: string) => readScript(Buffer.from(text));
const statements = (text: string) => {
  const script = read(text);
  if (script.kind === 'unreadable') throw new Error(script.problem);
  return script.statements;
};
const problem = (text: string) => {
  const script = read(text);
  return script.kind === 'unreadable' ? script.problem : undefined;
};

describe('a rollback script', () => {
  it('is taken apart where its statements end, not where a text, a name or a comment holds a semicolon', () => {
    const text = `-- lead back; really
/* not; this */ INSERT INTO t VALUES ('a;b', "c;\\"d", 'it''s; ''') ; # and; so
DELETE FROM \`odd;name\` WHERE a = 1 -- trailing;
  AND b = 2;
UPDATE t SET a=1--1;`;
    expect(statements(text).map(({ line, sql }) => [line, sql])).toEqual([
      [2, `INSERT INTO t VALUES ('a;b', "c;\\"d", 'it''s; ''')`],
      [3, 'DELETE FROM `odd;name` WHERE a = 1 -- trailing;\n  AND b = 2'],
      [5, 'UPDATE t SET a=1--1'],
    ]);
  });

  it('knows DELIMITER, in any case, with Windows line ends, and bodies whose statements end by semicolons', () => {
    const text = `delimiter $$\r
CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = ';$ $'; END$$\r
DELIMITER ;;\r
CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END;;\r
DELIMITER ;\r
DROP VIEW v;`;
    expect(statements(text).map(({ sql }) => sql)).toEqual([
      "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; SET NEW.c = ';$ $'; END",
      'CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END',
      'DROP VIEW v',
    ]);
  });

  it('keeps what servers execute in comments, as mysqldump writes it', () => {
    expect(
      statements(`DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`%\`*/ /*!50003 TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN SET @x = 1; END */;;
DELIMITER ;`),
    ).toMatchObject([{ kind: 'definition' }]);
    expect(problem('/*!50003 CREATE TABLE t (a INT);')).toContain('Line 1: A comment that servers execute');
  });

  it.each([
    ['', 'It holds no statement.'],
    ['-- nothing;\n/* at all; */', 'It holds no statement.'],
    ['DROP TABLE a;\nDELETE FROM t WHERE id = 1', 'Line 2: Nothing ends the last statement'],
    ["SELECT 1;\n\nSELECT 'a;\n", 'Line 3: A text or a name in quotes is not closed.'],
    ['SELECT 1 /* ;', 'Line 1: A comment is not closed.'],
    ['SELECT 1 \\G', 'Line 1: A backslash'],
    ['DELIMITER', 'Line 1: DELIMITER wants signs'],
    ['DELIMITER end', 'Line 1: DELIMITER wants signs'],
    [
      'DROP TABLE a\nDELIMITER $$\nDROP TABLE b$$',
      'Line 2: A DELIMITER line stands in the statement that line 1 began',
    ],
    ['CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END;', 'Line 1, END: a body with semicolons'],
    ['source other.sql;', 'Line 1, source other.sql: it is a command of the mysql program'],
    ["PREPARE s FROM 'DROP TABLE a';", 'cannot be shown before it runs'],
    ['BEGIN NOT ATOMIC SELECT 1;', 'cannot be shown before it runs'],
    ['SET sql_log_bin = 0;', 'breaks the chain of binlogs'],
    ['SET @@session.sql_log_bin = 0;', 'breaks the chain of binlogs'],
    ['RESET MASTER;', 'breaks the chain of binlogs'],
    ['SET GLOBAL max_connections = 1;', 'changes the server'],
    ['SET autocommit = 0;', 'goes with the session'],
    ['CREATE TEMPORARY TABLE t (a INT);', 'goes with the session'],
    ['LOCK TABLES a WRITE;', 'goes with the session'],
    ["LOAD DATA INFILE '/etc/passwd' INTO TABLE a;", 'was not shown'],
    ["SELECT * FROM a INTO OUTFILE '/tmp/a';", 'writes a file'],
    ['DROP USER root;', 'no part of a schema rollback'],
    ['CREATE OR REPLACE USER a;', 'no part of a schema rollback'],
    ['SHUTDOWN;', 'no part of a schema rollback'],
    ["SET sql_mode = 'NO_BACKSLASH_ESCAPES';", 'how texts in quotes are read'],
    ['COMMIT;', 'no transaction is open'],
    ['START TRANSACTION; DELETE FROM a;', 'nothing commits this transaction'],
    ['BEGIN; DELETE FROM a; DROP TABLE a; COMMIT;', 'would commit the transaction'],
  ])('is not run when it reads %j', (text, why) => {
    expect(problem(text)).toContain(why);
  });

  it('is not run when it is no text', () => {
    expect(readScript(Buffer.from([0x44, 0xff, 0x3b]))).toMatchObject({ problem: 'It is not text in UTF-8.' });
    expect(problem('SELECT 1;\0')).toBe('It is not text in UTF-8.');
    expect(problem('\ufeffDROP VIEW v;')).toBeUndefined();
  });

  it('takes a column called delimiter for a column', () => {
    expect(statements('CREATE TABLE t (\n  delimiter CHAR(1),\n  b INT\n);')).toHaveLength(1);
  });

  it.each([
    ['DROP TABLE IF EXISTS a.b, `c`;', 'drops a.b and c with all rows'],
    ['DROP DATABASE shop;', 'drops the schema shop with everything in it'],
    ['TRUNCATE TABLE a;', 'empties a'],
    ['DELETE FROM a;', 'deletes every row'],
    ['DELETE FROM a WHERE b = 1;', 'deletes rows'],
    [
      'ALTER TABLE a DROP COLUMN `b c`, DROP d, DROP INDEX e, ADD f INT DEFAULT (1);',
      'drops the column b c and drops the column d',
    ],
    ['ALTER TABLE a MODIFY b TINYINT;', 'makes the column b anew: values may no longer fit'],
    ['ALTER TABLE a ALTER b DROP DEFAULT, DROP FOREIGN KEY c, DROP PRIMARY KEY;', undefined],
    ['ALTER TABLE a DROP PARTITION p1;', 'drops a partition with its rows'],
    ['INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 1;', 'overwrites values'],
    ['WITH x AS (SELECT 1) DELETE FROM a;', 'changes rows'],
    ['CREATE INDEX a ON b (c);', undefined],
    ['DROP TRIGGER a;', undefined],
    ["INSERT INTO a VALUES ('DROP TABLE b; DELETE FROM c');", undefined],
  ])('%j destroys %j', (text, words) => {
    expect(statements(text)[0]?.destroys).toBe(words);
  });

  it.each([
    ['ALTER TABLE a.b ADD c INT;', { kind: 'compare', table: { schema: 'a', name: 'b' } }],
    ['ALTER TABLE IF EXISTS `b` ADD c INT;', { kind: 'compare', table: { name: 'b' } }],
    ['DROP TABLE IF EXISTS a;', { kind: 'repeat' }],
    ['RENAME TABLE a TO b, b TO a;', { kind: 'ask' }],
    ['TRUNCATE a;', { kind: 'ask' }],
    ['CALL p();', { kind: 'ask' }],
    ['CREATE OR REPLACE VIEW v AS SELECT 1;', { kind: 'repeat' }],
  ])('%j that was cut off is looked at by %j', (text, again) => {
    expect(statements(text)[0]?.again).toEqual(again);
  });

  it('makes one unit of a transaction', () => {
    const script = read('USE a; START TRANSACTION; UPDATE b SET c = 1; DELETE FROM d; COMMIT; DROP TABLE e;');
    expect(script.kind === 'script' && script.units.map((unit) => unit.statements.length)).toEqual([1, 4, 1]);
  });
});
