import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { enableEvents } from '../../src/operations/restore-set.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { asRestored, describeServer, type ServerDescription } from '../support/describe-server.ts';
import { failureOf } from '../support/failure-of.ts';
import { brokenViews, makeOddNames, nastyTables, nastyViews, onlyMariadb, onlyMysql } from '../support/nasty-data.ts';
import { requestInto, restoreInto, targetAt } from '../support/restore-into.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a restore of everything that $name knows', (flavour) => {
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour, { options: ['--event-scheduler=OFF'] });

  it('brings back all of it, with events disabled, and refuses to do it twice', async () => {
    const connection = await server.connect();
    const own = flavour.flavour === 'mysql' ? onlyMysql : onlyMariadb;
    for (const statement of [...nastyTables, ...nastyViews, ...own]) await connection.query(statement);
    await makeOddNames(server);
    await seedAlumni(server, { rows: 600 });
    await connection.query(accountsSql);
    const other = await server.connect({ charset: 'latin1_german2_ci', database: 'sgs_gita_alumni' });
    for (const statement of oddEvent) await other.query(statement);
    const login = await createBackupUser(server);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    const manifest = await takeGoodFull(world);

    const restored = await restoreInto(world, manifest.id, targetAt(target), { deferKeysAboveBytes: 0 });

    const source = await describeServer(server);
    for (const view of brokenViews) delete source[`VIEW \`nasty\`.\`${view}\``];
    const before = asRestored(source);
    expect(await describeServer(target)).toEqual(before);
    if (restored.kind !== 'restored') throw new Error(JSON.stringify(restored));
    expect(restored.eventsToEnable).toHaveLength(manifest.objects.events);
    expect(restored.eventsToEnable).toContainEqual({ schema: 'sgs_gita_alumni', name: 'expire_invitations' });

    const again = await failureOf(() =>
      restoreInto({ ...world, state: { ...world.state, notes: noNotes } }, manifest.id, targetAt(target)),
    );
    expect(again).toMatchObject({ code: 'target-not-empty', exitStatus: 3 });
    expect(await describeServer(target)).toEqual(before);

    expect(await enableEvents(await requestInto(world, manifest.id, targetAt(target)))).toBeUndefined();
    expect(await describeServer(target)).toEqual(source);
  });
});

describe.each(everyFlavour)('a restore on $name that is killed', (flavour) => {
  const server = useDatabaseServer(flavour, { options: ['--innodb-buffer-pool-size=256M'] });
  let login: { user: string; password: string };
  let directory: string;
  let manifest: Manifest;
  let before: ServerDescription;
  let target: TestServer;
  let world: BackupWorld;

  beforeAll(async () => {
    await seedAlumni(server, { rows: 600 });
    await makeBigTables(server, { megabytes: 20 });
    // A server learns late how big a table has become.
    await server.query('ANALYZE TABLE big.sbtest1');
    await server.query(accountsSql);
    login = await createBackupUser(server);
    before = asRestored(await describeServer(server));
  });
  afterAll(() => target?.stop());

  it('goes on where it was, whatever it was at, and nothing is missing or doubled', async () => {
    directory = temporaryDirectory();
    // Programs that cannot wait are as many as readers.
    const backups = { processes: 6, readers: 6 };
    world = await openBackupWorld({ directory, server, login, backups, source: { smallestPartBytes: 4_000_000 } });
    manifest = await takeGoodFull(world);
    const cut = manifest.parts.filter((part) => part.tables.some((table) => table.range !== undefined));
    expect(cut.length).toBeGreaterThan(1);

    target = await startDatabaseServer({ flavour });
    const half = manifest.parts.reduce((sum, part) => sum + part.storedBytes, 0) / 2;
    for (const death of [
      { point: 'restore-structure-loaded' },
      { point: 'restore-keys-deferred' },
      { afterBytes: half },
      { point: 'restore-data-part-loaded' },
      { point: 'restore-keys-built' },
      { point: 'restore-routines-loaded' },
      { point: 'restore-views-loaded' },
      { point: 'restore-triggers-loaded' },
      { point: 'restore-events-loaded' },
      { point: 'restore-accounts-loaded' },
      { point: 'restore-finished' },
    ]) {
      const child = dieRestoring(death);
      expect(child.signal, `${JSON.stringify(death)}: ${child.stdout}${child.stderr}`).toBe('SIGKILL');
    }
    expect(await restoreInto(world, manifest.id, targetAt(target), { deferKeysAboveBytes: 1_000_000 })).toMatchObject({
      kind: 'restored',
    });
    expect(await describeServer(target)).toEqual(before);
  });

  function dieRestoring(death: { point?: string; afterBytes?: number }) {
    const { socketPath, rootPassword, clientDir } = target;
    const world = { directory, server: { port: server.port, clientDir }, login };
    const request = { world, id: manifest.id, target: { socketPath, rootPassword, clientDir }, ...death };
    const program = new URL('../support/restore-child.ts', import.meta.url).pathname;
    return spawnSync(process.execPath, [program, JSON.stringify(request)], { encoding: 'utf8' });
  }
});

const noNotes = { get: () => undefined, set: () => {}, remove: () => {} };

/** Owners of views and routines who are no root, and rights on each kind of thing. */
const accountsSql = `
  DROP USER IF EXISTS 'owner'@'10.%';
  CREATE USER 'owner'@'10.%' IDENTIFIED BY 'pass''word';
  GRANT SELECT ON sgs_gita_alumni.directory TO 'owner'@'10.%';
  GRANT EXECUTE ON PROCEDURE sgs_gita_alumni.block_user TO 'owner'@'10.%';
  GRANT EXECUTE ON FUNCTION sgs_gita_alumni.years_between TO 'owner'@'10.%';
  GRANT SELECT ON sgs_gita_alumni.users TO 'owner'@'10.%';
  CREATE DEFINER = 'owner'@'10.%' VIEW sgs_gita_alumni.a_view_of_a_view AS SELECT * FROM sgs_gita_alumni.directory;
  CREATE DEFINER = 'owner'@'10.%' VIEW sgs_gita_alumni.calling AS SELECT sgs_gita_alumni.years_between(1990, 2000) AS years FROM sgs_gita_alumni.users`;

/** An event in whose making nothing was as usual, its connection's character set included. */
const oddEvent = [
  "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT', time_zone = '+05:30'",
  `CREATE DEFINER = 'owner'@'10.%' EVENT "quoted" ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 01:00:00' ON COMPLETION PRESERVE
   COMMENT 'odd' DO SELECT 'Grüße' || "id" FROM "users"`,
];
