import { describe, expect, test } from 'vitest';
import { createDumpScanner, type DumpScan, tableKey } from '../../src/domain/dump-scanner.ts';

/** What real dumps hold, at its nastiest: MySQL's statements on one line, MariaDB's over several. */
const NASTY = String.raw`/*M!999999\- enable the sandbox mode */ 
-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)
-- don't stop; INSERT INTO ${'`no`'} VALUES (1);
/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'ab-1:1-5;';
/* plain; INSERT INTO ${'`no`'} VALUES (2); */
CREATE DATABASE /*!32312 IF NOT EXISTS*/ ${'`a;b`'} /*!40100 DEFAULT CHARACTER SET utf8mb4 */;

USE ${'`a;b`'};
DROP TABLE IF EXISTS ${'`t`'};
/*!50503 SET character_set_client = utf8mb4 */;
CREATE TABLE ${'`t`'} (
  ${'`id`'} int NOT NULL DEFAULT '1' COMMENT 'it''s; -- INSERT INTO ${'`no`'} VALUES (3);\\',
  ${"`q'`"} text /* it's ; */, -- isn't;
  ${'`d`'} text COMMENT "say ""VALUES (1)"" \" ;", # that's;
  ${'`g`'} int GENERATED ALWAYS AS ((1--1)) VIRTUAL
) ENGINE=InnoDB;
INSERT INTO ${'`t`'} VALUES (1,'),(',NULL),(2,'it\'s','\\'),(3,'a''),(''b',''),(4,'line\nbreak
INSERT INTO ${'`no`'} VALUES (4);
-- Dump completed
',-1.5e10);
INSERT INTO ${'`t`'} (${'`id`'}, ${'`VALUES (`'}, ${"`q'`"}) VALUES (5,0x29272C28,_binary 'a\0\'\Z)('),(6,'','\\\'');
INSERT  IGNORE INTO ${'`with ``tick`` -- ; 🌊 `'} VALUES
(1,'🌊'),
(2,'\\\\'),
(3,ST_GeomFromText('POINT(1 1)'));
INSERT INTO ${'`other`'}.${'`t`'} VALUES (1);
/*!50003 CREATE*/ /*!50017 DEFINER=${'`r;`'}@${'`%`'}*/ /*!50001 VIEW v AS SELECT ';' /* '; */ */;
DELIMITER ;;
/*!50003 CREATE*/ /*!50003 TRIGGER ${'`x`'} BEFORE INSERT ON ${'`t`'} FOR EACH ROW BEGIN
INSERT INTO ${'`no`'} VALUES (5);
-- don't
INSERT INTO ${'`no`'} VALUES (6);
END */;;
DELIMITER ;
REPLACE INTO ${'`t`'} VALUES (7,'long ${'x'.repeat(150)}\'${'y'.repeat(90)}\\'),(8,'${'z'.repeat(200)}\\\''),(9,'${'\\'.repeat(140)}');
INSERT INTO ${'`s`'} SELECT 1, 'VALUES (1)';
USE ${'`empty`'};
USE ${'`ünï`'};
INSERT INTO ${'`t`'} VALUES ();
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

-- Dump completed on 2026-11-23  2:00:07
`;

const NASTY_ROWS = [
  ['`a;b`.`t`', 9],
  ['`a;b`.`with ``tick`` -- ; 🌊 `', 3],
  ['`other`.`t`', 1],
  ['`ünï`.`t`', 1],
];

test('counts exactly the rows of the tables of a nasty dump', () => {
  const scan = scanOf(NASTY);
  expect([...scan.rowsByTable]).toEqual(NASTY_ROWS);
  expect(scan.completed).toBe(true);
  expect(scan.rawBytes).toBe(Buffer.byteLength(NASTY));
});

test.each([
  ['MariaDB’s sandbox line', '/*M!999999\\- enable the sandbox mode */ \n'],
  ['the same of an older MariaDB', '/*!999999\\- enable the sandbox mode */ \n'],
  ['a plain comment', "/** it's; **/"],
  ['two of them', '/* a */ /*;*/\n'],
  ['comment lines', "-- it's\n--\n#it's\n"],
  ['a versioned comment in the middle of a statement', "SELECT /*!1 '*/' */, /*M!1 2 */ 3 /* ; */;"],
  ['two minus signs that open no comment', 'SELECT 1--1; SELECT 1---1;'],
  ['a comment in a line with its statement', "SELECT 1 -- it's;\n, 2 --\n, 3 # it's;\n; SELECT 2/1*3;"],
  ['empty statements', ';;\n ;'],
  [
    'a routine and another after it',
    "DELIMITER ;;\nSELECT '\n;;\nDELIMITER ;\nDELIMITER $$\nINSERT INTO a VALUES (1)$$\nDELIMITER ;\n",
  ],
])('an INSERT is found right after %s', (_name, before) => {
  const bytes = Buffer.from(`${before}INSERT INTO \`t\` VALUES (1);`);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { rowsByTable } = scanOf(bytes.subarray(0, cut), bytes.subarray(cut));
    expect([...rowsByTable], `cut at ${cut}`).toEqual([['`t`', 1]]);
  }
});

test('gives the same wherever a chunk ends', () => {
  const bytes = Buffer.from(NASTY);
  const whole = scanOf(NASTY);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    expect(scanOf(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).toEqual(whole);
  }
  for (const size of [1, 2, 3, 7, 64]) expect(scanOf(...chunked(bytes, size)), `chunks of ${size}`).toEqual(whole);
});

test('cut short anywhere, is not completed and never counts more', () => {
  const bytes = Buffer.from(NASTY);
  const whole = scanOf(NASTY).rowsByTable;
  for (let end = 0; end < bytes.length; end += 1) {
    const scan = scanOf(bytes.subarray(0, end));
    expect(scan.completed, `cut at ${end}`).toBe(false);
    for (const [table, rows] of scan.rowsByTable) expect(rows).toBeLessThanOrEqual(whole.get(table) ?? 0);
  }
});

describe('a dump is not completed when', () => {
  const cases: [string, string][] = [
    ['it is empty', ''],
    ['it never says so', 'INSERT INTO `t` VALUES (1);\n'],
    ['something follows', '-- Dump completed on 2026-11-23\nINSERT INTO `t` VALUES (1);\n'],
    ['a comment follows', '-- Dump completed\n-- and on\n'],
    ['a string says so', "INSERT INTO `t` VALUES ('\n-- Dump completed\n"],
    ['a string in a statement says so', "CREATE TABLE `t` (a int COMMENT '\n-- Dump completed\n"],
    ['the body of a routine says so', 'DELIMITER ;;\n-- Dump completed\n'],
    ['its last line is cut', '-- Dump completed on 2026-11'],
  ];
  test.each(cases)('%s', (_name, dump) => {
    expect(scanOf(dump).completed).toBe(false);
  });
});

test.each(['-- Dump completed\n', '-- Dump completed on 2026-11-23  2:00:07\n\n  \n'])(
  '%j completes a dump',
  (line) => {
    expect(scanOf(`SET a=1;\n${line}`).completed).toBe(true);
  },
);

test('a dump of one schema counts under the schema it was said to be of', () => {
  const scanner = createDumpScanner({ schema: 'my`db' });
  scanner.push(Buffer.from('INSERT INTO `t` VALUES (1),(2);\n'));
  expect([...scanner.end().rowsByTable]).toEqual([[tableKey('my`db', 't'), 2]]);
  expect(tableKey('my`db', 't')).toBe('`my``db`.`t`');
  expect([...scanOf('INSERT INTO `t` VALUES (1);\n').rowsByTable]).toEqual([['`t`', 1]]);
});

test('names without quotes, other letter cases and other line endings count too', () => {
  const dump =
    'use shop;\r\ninsert into orders values (1),\r\n(2);\r\nInsert Low_Priority Into x.lines(a,b)Values(1);\r\n';
  expect([...scanOf(dump).rowsByTable]).toEqual([
    ['`shop`.`orders`', 2],
    ['`x`.`lines`', 1],
  ]);
});

test('what stands where a row should is skipped with its statement', () => {
  const dump = "INSERT INTO `t` VALUES (1) ON DUPLICATE KEY UPDATE a='(2);(3)';\nINSERT INTO `t` VALUES (4);\n";
  expect([...scanOf(dump).rowsByTable]).toEqual([['`t`', 2]]);
});

test('the sections of a table are exactly its INSERTs, and with what surrounds them make its own dump', () => {
  const first = 'INSERT INTO `a` VALUES (1);\nINSERT INTO `a` VALUES (2);';
  const second = "INSERT INTO `ü` VALUES (3,'ü');";
  const dump = `SET NAMES utf8mb4;\n\n${first}\n-- b\n${second}\nINSERT INTO \`a\` VALUES (4);\n-- Dump completed\n`;
  const { sections } = scanOf(...chunked(Buffer.from(dump), 5));
  const bytes = Buffer.from(dump);
  expect(sections.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual([
    first,
    second,
    'INSERT INTO `a` VALUES (4);',
  ]);
  expect(sections.map(({ table, rows }) => [table, rows])).toEqual([
    ['a', 2],
    ['ü', 1],
    ['a', 1],
  ]);

  const own = sections.filter(({ table }) => table === 'ü').map(({ start, end }) => bytes.subarray(start, end));
  const head = bytes.subarray(0, sections[0]?.start);
  const tail = bytes.subarray(sections.at(-1)?.end);
  const cut = scanOf(head, ...own, tail);
  expect([...cut.rowsByTable]).toEqual([['`ü`', 1]]);
  expect(cut.completed).toBe(true);
});

test('counts what a generator of random dumps knows it wrote', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = generator(seed);
    const { dump, rows } = randomDump(random);
    const chunks = chunked(Buffer.from(dump), 1 + Math.floor(random() * 40));
    const scan = scanOf(...chunks);
    expect(Object.fromEntries(scan.rowsByTable), `seed ${seed}:\n${dump}`).toEqual(rows);
    expect(scan.completed).toBe(true);
  }
});

function scanOf(...chunks: (string | Buffer)[]): DumpScan {
  const scanner = createDumpScanner();
  for (const chunk of chunks) scanner.push(Buffer.from(chunk));
  return scanner.end();
}

function chunked(bytes: Buffer, size: number): Buffer[] {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function randomDump(random: () => number): { dump: string; rows: Record<string, number> } {
  const pick = <T>(from: readonly [T, ...T[]]): T => from[Math.floor(random() * from.length)] ?? from[0];
  const some = (most: number) => Math.floor(random() * (most + 1));
  const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const signs = [
    "'",
    '\\',
    '"',
    '`',
    ')',
    '(',
    ',',
    ';',
    '\n',
    '--',
    '/*',
    '*/',
    'VALUES',
    ' ',
    'a',
    '🌊',
    'INSERT INTO ',
  ] as const;
  const text = (most: number) => times(some(most), () => pick(signs)).join('');
  const escaped = (sign: string) => (sign === "'" && random() < 0.5 ? "''" : `\\${sign}`);
  const quoted = (most: number): string => `'${text(most).replace(/[\\']/g, escaped)}'`;
  const value = (): string => pick(['NULL', '-1.5', '0x2927', quoted(6), `_binary ${quoted(90)}`]);
  const name = (): string => `\`${`n${text(3)}`.replaceAll('`', '``').replaceAll('\n', '')}\``;

  const rows: Record<string, number> = {};
  const schema = name();
  const statements = times(1 + some(6), () => {
    const kind = some(4);
    if (kind === 0)
      return `CREATE TABLE ${name()} (${name()} int COMMENT ${quoted(8)}); -- ${text(3).replaceAll('\n', '')}`;
    if (kind === 1) return `/*!50001 CREATE VIEW ${name()} AS SELECT ${quoted(4)} */;`;
    const table = name();
    const count = 1 + some(4);
    const key = `${schema}.${table}`;
    rows[key] = (rows[key] ?? 0) + count;
    const columns = random() < 0.5 ? '' : ` (${name()}, ${name()})`;
    const tuples = times(count, () => `(${times(1 + some(3), value).join(',')})`);
    return `INSERT INTO ${table}${columns} VALUES${pick([' ', '\n'])}${tuples.join(pick([',', ',\n']))};`;
  });
  return { dump: `USE ${schema};\n${statements.join('\n')}\n-- Dump completed\n`, rows };
}
