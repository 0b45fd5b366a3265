import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alumniSchema, seedAlumni } from '../../scripts/demo/alumni.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { findingsOf, objectKeys, openBackupWorld, takeFull, takeGoodFull, verify } from '../support/backup-world.ts';
import { allMoney, openBank, startTellers, sumOfMoney } from '../support/bank.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a full backup of $name', (flavour) => {
  let server: TestServer;
  let login: { user: string; password: string };
  const isMysql = flavour.flavour === 'mysql';

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    login = await createBackupUser(server);
  });
  afterAll(() => server?.stop());

  const openWorld = (source = {}) => openBackupWorld({ directory: temporaryDirectory(), server, login, source });

  it('of a server without any schema has the accounts and no data', async () => {
    const world = await openWorld();
    const manifest = await takeGoodFull(world);
    expect(manifest.tables).toEqual([]);
    expect(manifest.parts.map((part) => part.role)).toEqual(['structure', 'accounts']);
    await verify(world);
    expect(findingsOf(world, manifest.id)).toEqual([]);
  });

  it('says in its manifest exactly what it holds', async () => {
    await seedAlumni(server, { rows: 3000 });
    await server.query(accountsSql(isMysql));
    const world = await openWorld();
    const manifest = await takeGoodFull(world);
    const { rows: counted, ...tables } = await countEverything(server);

    expect(Object.fromEntries(manifest.tables.map((table) => [table.name, table.rows]))).toEqual(counted);
    expect(manifest.tables.every((table) => table.transactional && table.engine === 'InnoDB')).toBe(true);
    expect(manifest.objects).toMatchObject({
      schemas: 1,
      ...tables,
      views: 1,
      procedures: 1,
      functions: 1,
      triggers: 1,
      events: 1,
    });
    expect(manifest.parts.map((part) => part.role)).toEqual([
      'structure',
      'data',
      'routines',
      'views',
      'triggers',
      'events',
      'accounts',
    ]);
    expect(manifest.source).toMatchObject({ name: 'alumni', flavour: flavour.flavour, version: flavour.version });
    expect(manifest.lock).toMatchObject({
      method: 'global-read-lock',
      ddlGuard: isMysql ? 'instance-lock' : 'backup-stage',
    });
    expect(manifest.position).toEqual(await positionOf(server));
    expect(manifest.flags).toContain('--single-transaction');
    expect(manifest.tools.mysqldump).toContain(flavour.version);
    expect(manifest.tools.pzstd).toMatch(/zstd/i);
    expect(manifest.warnings).toEqual([]);
    expect(await objectKeys(world)).toEqual(
      expect.arrayContaining([
        'recover.mjs',
        ...['keys', 'manifest', 'RECOVER.md'].map((name) => `alumni/full/${manifest.id}/${name}`),
      ]),
    );
    expect(world.state.catalog.list()).toMatchObject([{ id: manifest.id, verified: null }]);
  });

  it('comes back on an empty server with only recover.mjs, zstd and the client, all of it', async () => {
    const world = await openWorld();
    const manifest = await takeGoodFull(world);
    const target = await startDatabaseServer({ flavour });
    try {
      await restoreByGuide(world, manifest.id, target);
      expect(await describeServer(target)).toEqual(await describeServer(server));
    } finally {
      await target.stop();
    }
  });

  it('taken while many write is of one moment, and of the very moment of its position', async () => {
    await openBank(server);
    await server.query('FLUSH BINARY LOGS');
    const world = await openBackupWorld({
      directory: temporaryDirectory(),
      server,
      login,
      source: { schemas: ['bank'], accounts: false, smallestPartBytes: 20_000 },
      backups: { processes: 6, readers: 6 },
    });
    const load = startTellers(server);
    const manifests: Manifest[] = [];
    try {
      await expect.poll(() => load.committed).toBeGreaterThan(20);
      for (let round = 0; round < 4; round += 1) manifests.push(await takeGoodFull(world));
    } finally {
      await load.stop();
    }
    const commits = await commitsIn(server, manifests[0]?.position.file ?? '');
    for (const manifest of manifests) {
      expect(manifest.parts.filter((part) => part.role === 'data').length).toBeGreaterThan(2);
      const before = commits.filter((offset) => offset <= manifest.position.offset).length;
      expect(manifest.tables.find((table) => table.name === 'journal')?.rows).toBe(before);
      await verify(world, manifest.id);
      expect(findingsOf(world, manifest.id)).toEqual([]);
    }

    const target = await startDatabaseServer({ flavour });
    try {
      const last = manifests.at(-1);
      await restoreByGuide(world, last?.id ?? '', target);
      const [row] = await target.query<Record<string, unknown>>(
        `SELECT ${sumOfMoney} AS money, (SELECT COUNT(*) FROM bank.journal) AS n, (SELECT SUM(amount) FROM bank.journal) AS moved,
          (SELECT SUM(1000 - balance) FROM bank.north) AS gone`,
      );
      expect(Number(row?.money)).toBe(allMoney);
      expect(Number(row?.n)).toBe(last?.tables.find((table) => table.name === 'journal')?.rows);
      expect(Number(row?.moved)).toBe(Number(row?.gone));
    } finally {
      await target.stop();
    }
  });

  it('holds a row of 64 MB', async () => {
    await server.query(
      "CREATE DATABASE wide; CREATE TABLE wide.t (id INT PRIMARY KEY, b LONGBLOB); INSERT INTO wide.t VALUES (1, 'small')",
    );
    await server.query(
      'SET SESSION sql_log_bin = 0; INSERT INTO wide.t VALUES (2, REPEAT(0x00275C0A, 16 * 1024 * 1024))',
    );
    const world = await openWorld({ schemas: ['wide'], accounts: false });
    const target = await startDatabaseServer({ flavour });
    try {
      const manifest = await takeGoodFull(world);
      await verify(world);
      expect(findingsOf(world, manifest.id)).toEqual([]);
      await restoreByGuide(world, manifest.id, target);
      const [before, after] = [
        await server.query('CHECKSUM TABLE wide.t'),
        await target.query('CHECKSUM TABLE wide.t'),
      ];
      expect(after).toEqual(before);
    } finally {
      await target.stop();
      await server.query('DROP DATABASE wide');
    }
  });

  it('can be verified by the same job', async () => {
    const world = await openBackupWorld({
      directory: temporaryDirectory(),
      server,
      login,
      backups: { verifyAfter: true },
    });
    expect(await takeFull(world)).toMatchObject({ kind: 'succeeded' });
    expect(world.state.catalog.list()).toMatchObject([{ verified: { verdict: 'good', depth: 'read' } }]);
  });
});

function accountsSql(isMysql: boolean): string {
  const user = "'ad''min\\\\x'@'10.%'";
  return `
    CREATE USER ${user} IDENTIFIED BY 'pass''word';
    CREATE ROLE zz_reader;
    GRANT SELECT ON ${alumniSchema}.* TO zz_reader;
    GRANT zz_reader TO ${user};
    SET DEFAULT ROLE zz_reader ${isMysql ? 'TO' : 'FOR'} ${user};
    GRANT UPDATE (about) ON ${alumniSchema}.user_profiles TO ${user};
    GRANT EXECUTE ON PROCEDURE ${alumniSchema}.block_user TO ${user} WITH GRANT OPTION`;
}

async function countEverything(
  server: TestServer,
): Promise<{ rows: Record<string, number>; tables: number; accounts: number }> {
  const rows: Record<string, number> = {};
  const names = await server.query<{ name: string }>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'",
    [alumniSchema],
  );
  for (const { name } of names) {
    const [row] = await server.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${alumniSchema}.${name}`);
    rows[name] = Number(row?.n);
  }
  const [users] = await server.query<{ n: number }>(
    "SELECT COUNT(*) AS n FROM mysql.user WHERE User NOT IN ('mysql.sys', 'mysql.session', 'mysql.infoschema', 'mariadb.sys', 'PUBLIC')",
  );
  return { rows, tables: names.length, accounts: Number(users?.n) };
}

/** Where a server on which nobody writes stands. */
async function positionOf({ flavour, query }: TestServer): Promise<Manifest['position']> {
  const [status] = await query<Record<string, string>>(
    flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW BINLOG STATUS',
  );
  const [gtids] = await query<{ gtids: string }>(
    `SELECT ${flavour === 'mysql' ? '@@GLOBAL.gtid_executed' : '@@GLOBAL.gtid_binlog_pos'} AS gtids`,
  );
  return { file: status?.File ?? '', offset: Number(status?.Position), gtidSet: gtids?.gtids ?? '' };
}

/** Offsets after every commit of a binlog file. */
async function commitsIn(server: TestServer, file: string): Promise<number[]> {
  const events = await server.query<{ Event_type: string; End_log_pos: number }>(`SHOW BINLOG EVENTS IN '${file}'`);
  return events.filter((event) => event.Event_type === 'Xid').map((event) => Number(event.End_log_pos));
}
