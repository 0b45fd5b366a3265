import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/manifest.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { findingsOf, openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const pad = "REPEAT('x', 180)";
/** `i` runs from 1 to 3000; `cut` tells whether the key can be cut at all. */
const tables: { name: string; key: string; values: string; cut?: false; charset?: string }[] = [
  { name: 'evenly', key: 'k INT PRIMARY KEY', values: 'i' },
  { name: 'negative', key: 'k BIGINT PRIMARY KEY', values: 'i * 1000 - 1500000' },
  { name: 'skewed', key: 'k BIGINT PRIMARY KEY', values: 'IF(i < 2990, i, i * 100000000000)' },
  { name: 'highest', key: 'k BIGINT UNSIGNED PRIMARY KEY', values: '18446744073709551615 - 3000 + i' },
  {
    name: 'extremes',
    key: 'k BIGINT PRIMARY KEY',
    values: 'ELT(1 + (i > 1) + (i > 2), -9223372036854775808, 9223372036854775807, i)',
  },
  { name: 'tiny', key: 'k TINYINT, n INT, PRIMARY KEY (k, n)', values: 'i % 3 - 1, i' },
  { name: 'composite', key: 'k VARCHAR(20), n INT, PRIMARY KEY (k, n)', values: 'CHAR(65 + i % 7), i' },
  // 'a' = 'A' = 'á' there: a bound must not fall between them.
  {
    name: 'collated',
    key: 'k VARCHAR(20), n INT, PRIMARY KEY (k, n)',
    values: "ELT(1 + i % 6, 'a', 'A', 'á', 'b', 'B', ''), i",
  },
  { name: 'words', key: 'k VARCHAR(40) PRIMARY KEY', values: "CONCAT(ELT(1 + i % 4, '', 'ß\\\\''', 'zü', '%_'), i)" },
  {
    name: 'emoji',
    key: 'k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY',
    values: "CONCAT(ELT(1 + i % 3, '🙏', '🪷', '𝄞'), i)",
  },
  {
    name: 'latin',
    key: 'k VARCHAR(20) PRIMARY KEY',
    values: "CONCAT(ELT(1 + i % 3, 'é', 'ü', 'z'), i)",
    charset: 'latin1',
  },
  { name: 'fixed', key: 'k CHAR(12) PRIMARY KEY', values: 'HEX(i * 7919)' },
  { name: 'uuids', key: 'k BINARY(16) PRIMARY KEY', values: 'UNHEX(LEFT(SHA2(i, 256), 32))' },
  { name: 'blobs', key: 'k VARBINARY(40) PRIMARY KEY', values: "IF(i = 1, '', CONCAT(0x0027, i, 0x5C00FF))" },
  { name: 'timed', key: 'k DATETIME(6) PRIMARY KEY', values: "'2026-01-01' + INTERVAL i MINUTE", cut: false },
  { name: 'keyless', key: 'k INT', values: 'i', cut: false },
  { name: 'prefixed', key: 'k TEXT, PRIMARY KEY (k(10))', values: 'i', cut: false },
  { name: 'odd `key` ☃', key: "`where ``k`` '%` INT PRIMARY KEY", values: 'i' },
];

describe.each(everyFlavour)('tables of $name that are cut along their keys', (flavour) => {
  let server: TestServer;
  let login: { user: string; password: string };

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await server.query('CREATE DATABASE cut; CREATE TABLE cut.numbers (i BIGINT PRIMARY KEY)');
    const numbers = Array.from({ length: 3000 }, (_, index) => [index + 1]);
    await server.query('INSERT INTO cut.numbers VALUES ?', [numbers]);
    for (const { name, key, values, charset = 'utf8mb4' } of tables) {
      const table = `cut.\`${name.replaceAll('`', '``')}\``;
      await server.query(`SET SESSION sql_mode = '', innodb_lock_wait_timeout = 5;
        CREATE TABLE ${table} (${key}, pad VARCHAR(200)) CHARACTER SET ${charset};
        INSERT INTO ${table} SELECT ${values}, ${pad} FROM cut.numbers; ANALYZE TABLE ${table}`);
    }
    login = await createBackupUser(server);
  });
  afterAll(() => server?.stop());

  it('lose no row and double none, whatever the key, also restored', async () => {
    const world = await openBackupWorld({
      directory: temporaryDirectory(),
      server,
      login,
      source: { smallestPartBytes: 100 * 1024 },
      backups: { processes: 16, readers: 4 },
    });
    // Sixteen parts do not go round for so many tables, so each has its turn with the others left out.
    const restored = await startDatabaseServer({ flavour });
    try {
      const whole = await takeGoodFull(world);
      await verify(world);
      expect(findingsOf(world, whole.id)).toEqual([]);
      expect(whole.parts.filter((part) => part.role === 'data').length).toBeLessThanOrEqual(16);
      await restoreByGuide(world, whole.id, restored);
      expect(await describeServer(restored)).toEqual(await describeServer(server));
    } finally {
      await restored.stop();
    }
  });

  it.each(tables)('$name', async ({ name, cut }) => {
    await server.query(`CREATE DATABASE alone; RENAME TABLE cut.\`${name.replaceAll('`', '``')}\` TO alone.it`);
    try {
      const world = await openBackupWorld({
        directory: temporaryDirectory(),
        server,
        login,
        source: { smallestPartBytes: 64 * 1024, schemas: ['alone'], accounts: false },
        backups: { processes: 6, readers: 2 },
      });
      const manifest = await takeGoodFull(world);
      await verify(world);
      expect(findingsOf(world, manifest.id)).toEqual([]);
      expect(manifest.tables).toMatchObject([{ rows: 3000 }]);
      expect(rangesOf(manifest).length > 1, rangesOf(manifest).join('\n')).toBe(cut !== false);
    } finally {
      await server.query(`RENAME TABLE alone.it TO cut.\`${name.replaceAll('`', '``')}\`; DROP DATABASE alone`);
    }
  });
});

function rangesOf(manifest: Manifest): string[] {
  return manifest.parts.flatMap((part) =>
    part.tables.flatMap(({ range, rows }) => (range ? [`${range}: ${rows}`] : [])),
  );
}
