import type { TestServer } from './database-server.ts';

/** 64 characters, the most that a name may have. */
export const longName = `${'ü'.repeat(63)}✓`;
/** Every one of them has broken some backup script. */
export const oddNames = [
  'with space',
  'back`tick',
  'quo\'te"s',
  'dot.ted',
  'star ✨ ✓',
  '--x',
  '-u',
  'per%cent',
  'under_score',
  'back\\slash',
  '#hash;semicolon',
  'select',
  'UPPER',
  '$HOME',
  'a,b(c)',
  'tab\tnew\nline',
  longName,
];

const name = (text: string) => `\`${text.replaceAll('`', '``')}\``;

/** The dump programs themselves fail on routines and events in a schema of such a name. */
const confusesDumps = /['"\\\n]/;

/** A schema of each odd name, in it a table, column, key, view, routines, trigger and event of that name. */
export async function makeOddNames(server: TestServer): Promise<void> {
  for (const odd of oddNames) {
    const it = name(odd);
    await server.query(`CREATE DATABASE ${it}`);
    const connection = await server.connect({ database: odd });
    await connection.query(`
      CREATE TABLE ${it} (${it} INT PRIMARY KEY, other VARCHAR(20) COMMENT ${connection.escape(odd)}, KEY ${it} (other));
      INSERT INTO ${it} VALUES (1, 'one'), (2, ';\n-- Dump completed\n');
      CREATE VIEW ${name(`v${[...odd].slice(0, 63).join('')}`)} AS SELECT * FROM ${it}`);
    if (confusesDumps.test(odd)) await connection.query('USE nasty');
    else await connection.query(`CREATE TRIGGER ${it} BEFORE INSERT ON ${it} FOR EACH ROW SET NEW.other = 'triggered'`);
    await connection.query(`CREATE FUNCTION ${it}() RETURNS INT DETERMINISTIC NO SQL RETURN 1`);
    await connection.query(`CREATE PROCEDURE ${it}() BEGIN SELECT '-- Dump completed'; SELECT 1; END`);
    await connection.query(`CREATE EVENT ${it} ON SCHEDULE EVERY 1 YEAR STARTS '2030-01-01' DO SELECT 1`);
    await connection.end();
  }
}

/** Tables whose contents or shape want care. Each statement stands alone, so that a failing one names itself. */
export const nastyTables = [
  'CREATE DATABASE `empty`',
  'CREATE DATABASE nasty CHARACTER SET utf8mb4',
  'USE nasty',
  "SET sql_mode = ''",
  'CREATE TABLE no_rows (id INT PRIMARY KEY)',
  'CREATE TABLE no_key (a INT, b TEXT)',
  "INSERT INTO no_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL)",
  `CREATE TABLE computed (a INT PRIMARY KEY, stored_one INT AS (a * 2) STORED, virtual_one INT AS (a + 1) VIRTUAL, KEY (virtual_one))`,
  'INSERT INTO computed (a) VALUES (1), (2), (3)',
  `CREATE TABLE bytes (id INT PRIMARY KEY, b BLOB, bits BIT(9), v VARBINARY(300), fixed BINARY(4), t LONGTEXT)`,
  `INSERT INTO bytes VALUES (1, 0x00010203FF27225C0A0D1A, b'100000001', REPEAT(0x00, 300), 0x01, '𝄞 😀 null: \\0 end'),
    (2, '', b'0', '', '', ''), (3, NULL, NULL, NULL, NULL, NULL)`,
  `CREATE TABLE kinds (id INT PRIMARY KEY, j JSON, g GEOMETRY, e ENUM('a', 'ä'), s SET('x', 'y'), d DATE, dt DATETIME(6),
    ts TIMESTAMP(6) NULL, f FLOAT, db DOUBLE, de DECIMAL(65, 30), y YEAR, tm TIME(3))`,
  `INSERT INTO kinds VALUES (1, '{"k": "\\\\u0000 😀", "n": 1.5}', ST_GeomFromText('POINT(1 2)'), 'ä', 'x,y', '0000-00-00',
    '0000-00-00 00:00:00', '2026-03-29 01:30:00.123456', 1.1, 1e308, 0.1, 2155, '-838:59:59'), (2, NULL, NULL, 0, '', '2026-02-30',
    '9999-12-31 23:59:59.999999', NULL, 3.4e38, 4.9e-320, -99999999999999999999999999999999999.0, 0000, '00:00:00')`,
  'CREATE TABLE latin (a VARCHAR(50) PRIMARY KEY, b TEXT) CHARACTER SET latin1',
  "INSERT INTO latin VALUES ('Grüße', 'naïve £'), ('', 'empty key')",
  'CREATE TABLE myisam (id INT PRIMARY KEY, t TEXT, FULLTEXT (t)) ENGINE = MyISAM',
  "INSERT INTO myisam VALUES (1, 'not transactional')",
  'CREATE TABLE parted (id INT, at DATE, PRIMARY KEY (id, at)) PARTITION BY RANGE (YEAR(at)) (PARTITION old VALUES LESS THAN (2020), PARTITION new VALUES LESS THAN MAXVALUE)',
  "INSERT INTO parted VALUES (1, '2019-01-01'), (2, '2026-01-01')",
  'CREATE TABLE parent (id INT PRIMARY KEY)',
  'CREATE TABLE child (id INT PRIMARY KEY, up INT, CONSTRAINT fk FOREIGN KEY (up) REFERENCES parent (id), CONSTRAINT chk CHECK (id > 0))',
  'INSERT INTO parent VALUES (1)',
  'INSERT INTO child VALUES (1, 1)',
  'CREATE TABLE zero (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 1000',
  'INSERT INTO zero VALUES (1), (2)',
  'UPDATE zero SET id = 0 WHERE id = 1',
  // Names that differ by case alone, as tables and as a view beside a table.
  'CREATE TABLE Twin (id INT PRIMARY KEY)',
  'CREATE TABLE twin (id INT PRIMARY KEY, t TEXT)',
  'INSERT INTO Twin VALUES (1)',
  "INSERT INTO twin VALUES (2, 'small')",
  'CREATE TABLE café (id INT PRIMARY KEY)',
  'CREATE TABLE cafe (id INT PRIMARY KEY)',
  'INSERT INTO café VALUES (1)',
  'INSERT INTO cafe VALUES (2), (3)',
  'CREATE TABLE shown (id INT PRIMARY KEY)',
  'INSERT INTO shown VALUES (7)',
  'CREATE VIEW Shown AS SELECT id FROM shown',
  'CREATE TABLE `empty`.shown_elsewhere (id INT)',
  'CREATE VIEW shown_elsewhere AS SELECT id FROM shown',
];

/** Views that a plain dump stumbles over. Two of them are broken in the source already. */
export const nastyViews = [
  'CREATE FUNCTION the_one() RETURNS INT DETERMINISTIC NO SQL RETURN 1',
  'CREATE VIEW z_calls AS SELECT the_one() AS `it is`, id FROM parent',
  'CREATE VIEW a_on_z AS SELECT * FROM z_calls',
  'CREATE VIEW b_on_a AS SELECT `it is` AS `naïve "x"` FROM a_on_z WHERE id > 0',
  'CREATE USER gone@localhost',
  'GRANT ALL ON nasty.* TO gone@localhost',
  'CREATE DEFINER = gone@localhost VIEW without_definer AS SELECT * FROM parent',
  'CREATE DEFINER = gone@localhost PROCEDURE p_without_definer() SELECT 1',
  'CREATE DEFINER = gone@localhost TRIGGER t_without_definer BEFORE INSERT ON no_key FOR EACH ROW SET @x = 1',
  'DROP USER gone@localhost',
  'CREATE SQL SECURITY INVOKER VIEW invoker AS SELECT COUNT(*) AS n FROM computed',
  'CREATE TABLE soon_gone (a INT)',
  'CREATE VIEW broken AS SELECT * FROM soon_gone',
  'CREATE VIEW on_broken AS SELECT * FROM broken',
  'DROP TABLE soon_gone',
];
export const brokenViews = ['broken', 'on_broken'];

export const onlyMysql = [
  'SET sql_generate_invisible_primary_key = ON',
  'CREATE TABLE nasty.gipk (a INT)',
  'SET sql_generate_invisible_primary_key = OFF',
  'INSERT INTO nasty.gipk VALUES (5), (6)',
  'CREATE TABLE nasty.invisible (a INT PRIMARY KEY, b INT INVISIBLE DEFAULT 7, c INT)',
  'INSERT INTO nasty.invisible (a, b, c) VALUES (1, 2, 3)',
  'INSERT INTO nasty.invisible (a, c) VALUES (2, 3)',
  'CREATE TABLE nasty.functional (a INT PRIMARY KEY, j JSON, KEY f ((CAST(j->"$.n" AS UNSIGNED))))',
  `INSERT INTO nasty.functional VALUES (1, '{"n": 5}')`,
];
export const onlyMariadb = [
  'CREATE TABLE nasty.invisible (a INT PRIMARY KEY, b INT INVISIBLE DEFAULT 7, c INT, d INT AS (a + b) STORED)',
  'INSERT INTO nasty.invisible (a, b, c) VALUES (1, 2, 3)',
  'INSERT INTO nasty.invisible (a, c) VALUES (2, 3)',
  'CREATE SEQUENCE nasty.numbers START WITH 5 INCREMENT BY 3',
  'SELECT NEXTVAL(nasty.numbers)',
  'CREATE TABLE nasty.history (a INT PRIMARY KEY, b INT) WITH SYSTEM VERSIONING',
  'INSERT INTO nasty.history VALUES (1, 1), (2, 1)',
  'UPDATE nasty.history SET b = 2 WHERE a = 1',
  'DELETE FROM nasty.history WHERE a = 2',
];
