import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alterPart } from '../support/alter-part.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import type { TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { restoreInto, targetAt } from '../support/restore-into.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('rows loaded without their INSERTs on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour);
  let login: { user: string; password: string };

  beforeAll(async () => {
    const connection = await server.connect();
    for (const statement of tables) await connection.query(statement);
    for (let id = 0; id < 2000; id += 500) {
      const rows = Array.from({ length: 500 }, (_, index) => [
        id + index,
        oddText(),
        Buffer.from(oddText()),
        oddText(),
      ]);
      await connection.query('INSERT INTO random VALUES ?', [rows]);
    }
    login = await createBackupUser(server);
  });
  beforeEach(() => target.query('DROP DATABASE IF EXISTS rows_of; SET GLOBAL local_infile = ON'));

  it('are the same to the last bit, whatever their type', async () => {
    const { byInserts } = await restore(await takeBackup());
    expect(byInserts).toEqual([]);
    const [loads] = await target.query<{ Value: string }>("SHOW GLOBAL STATUS LIKE 'Com_load'");
    expect(Number(loads?.Value)).toBeGreaterThan(0);
    expect(await described(target)).toEqual(await described(server));
  });

  it('are left to the INSERTs where the server wants no files of its clients', async () => {
    await target.query('SET GLOBAL local_infile = OFF');
    const { byInserts } = await restore(await takeBackup());
    expect(byInserts).toEqual(['local_infile is off']);
    expect(await described(target)).toEqual(await described(server));
  });

  it('are left to the INSERTs where one of them came in otherwise than it was written', async () => {
    const backup = await takeBackup();
    await alterPart(backup.world, backup.id, isData, (sql) => sql.replace('(2,NULL,', '(99999999999,NULL,'));
    const { byInserts } = await restore(backup);
    expect(byInserts).toEqual(['1 warnings about rows of `rows_of`.`kinds`']);
    expect(await target.query('SELECT id FROM rows_of.kinds ORDER BY id')).toEqual([{ id: 1 }, { id: 2147483647 }]);
    expect(await target.query('SELECT COUNT(*) AS n FROM rows_of.random')).toEqual([{ n: 2000 }]);
  });

  it('are refused in the words that the server has for the INSERT', async () => {
    const backup = await takeBackup();
    await alterPart(backup.world, backup.id, isData, (sql) => sql.replace('(2,NULL,', '(1,NULL,'));
    const { restored } = await restore(backup);
    expect(restored).toMatchObject({
      kind: 'part-refused',
      failure: { message: expect.stringMatching(/ERROR (1062|1180) /) },
    });
  });

  async function takeBackup(): Promise<{ world: BackupWorld; id: string }> {
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    return { world, id: (await takeGoodFull(world)).id };
  }

  async function restore({ world, id }: { world: BackupWorld; id: string }) {
    const byInserts: string[] = [];
    const onInserts = (_: unknown, why: string) => void byInserts.push(why);
    return { restored: await restoreInto(world, id, targetAt(target), { accounts: false, onInserts }), byInserts };
  }
});

const isData = ({ role }: { role: string }) => role === 'data';
const described = (server: TestServer) => describeServer(server, { accounts: false });

const tables = [
  'CREATE DATABASE rows_of CHARACTER SET utf8mb4',
  'USE rows_of',
  "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
  `CREATE TABLE kinds (id INT PRIMARY KEY, t TEXT, e ENUM('a', 'ä') CHARACTER SET latin1, s SET('x', 'y'), d DATE, dt DATETIME(6),
    ts TIMESTAMP(6) NULL, f FLOAT, db DOUBLE, de DECIMAL(65, 30), y YEAR, tm TIME(3), j JSON, u BIGINT UNSIGNED, b BOOL)`,
  `INSERT INTO kinds VALUES (1, 'NULL', 'ä', 'x,y', '0000-00-00', '0000-00-00 00:00:00', '2026-03-29 01:30:00.123456', 1.1, 1e308,
    0.1, 2155, '-838:59:59', '{"k": "\\\\u0000 😀 \\\\n", "n": 1.5}', 18446744073709551615, TRUE), (2, NULL, 'a', '', '2026-02-30',
    '9999-12-31 23:59:59.999999', NULL, 3.4e38, 4.9e-320, -99999999999999999999999999999999999.0, 0000, '00:00:00', 'null', 0, NULL)`,
  `CREATE TABLE bytes (id BINARY(16) PRIMARY KEY, ti TINYBLOB, b BLOB, m MEDIUMBLOB, l LONGBLOB, v VARBINARY(300) NOT NULL)`,
  `INSERT INTO bytes VALUES (REPEAT(0xFF, 16), '', 'NULL', '0x41', REPEAT("',)(\\n", 1000000), REPEAT(0x00, 300)),
    ('', NULL, NULL, NULL, NULL, ''), ('a', "'", '\\\\', "),(", ");\\n", 0x27)`,
  'CREATE TABLE latin (a VARCHAR(50) PRIMARY KEY, b TEXT, c TEXT CHARACTER SET utf16) CHARACTER SET latin1',
  "INSERT INTO latin VALUES ('Grüße', 'naïve £', '😀'), ('', 'empty key', ''), ('  spaces  ', NULL, '  ')",
  `CREATE TABLE \`odd \`\`name (\` (\`VALUES (\` INT PRIMARY KEY, stored_one INT AS (\`VALUES (\` * 2) STORED,
    virtual_one INT AS (\`VALUES (\` + 1) VIRTUAL, \`b\`\`, c\` TEXT)`,
  "INSERT INTO `odd ``name (` (`VALUES (`, `b``, c`) VALUES (1, 'x'), (2, NULL)",
  'CREATE TABLE zero (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 1000',
  'INSERT INTO zero VALUES (0), (7)',
  'CREATE TABLE no_key (a INT, b TEXT)',
  "INSERT INTO no_key VALUES (1, 'x'), (1, 'x'), (NULL, NULL)",
  'CREATE TABLE up (id INT PRIMARY KEY, parent INT, CHECK (id > 0), FOREIGN KEY (parent) REFERENCES up (id))',
  'INSERT INTO up VALUES (2, NULL), (1, 2)',
  'CREATE TABLE no_rows (id INT PRIMARY KEY)',
  'CREATE TABLE random (id INT PRIMARY KEY, t TEXT NOT NULL, b BLOB NOT NULL, l VARCHAR(200) CHARACTER SET ucs2)',
];

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
  '\r',
  '\t',
  '\0',
  '\x1a',
  '--',
  'VALUES',
  ' ',
  'N',
  'é',
  '、',
];

/** Whatever could end a field, a row or a statement too early. */
function oddText(): string {
  return Array.from({ length: Math.random() * 40 }, () => signs[Math.floor(Math.random() * signs.length)]).join('');
}
