import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readStanding } from '../../../src/operations/binlog/keep-standing.ts';
import { rebuildCatalog } from '../../../src/operations/rebuild-catalog.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import {
  type BackupWorld,
  type BackupWorldOptions,
  dba,
  objectKeys,
  openBackupWorld,
  takeGoodFull,
} from '../../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { expectShippedAsIs, type RunningStream, readChain, startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('binlogs of $name that do not go on where they were', (flavour) => {
  const isMysql = flavour.flavour === 'mysql';
  const reset = isMysql ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER';
  let server: TestServer;
  let options: BackupWorldOptions;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await server.query('CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, pad TEXT)');
    options = { directory: '', server, login: await createBackupUser(server) };
  });
  beforeEach(() => {
    options = { ...options, directory: temporaryDirectory() };
  });
  afterAll(() => server?.stop());

  async function openWorld(more: Partial<BackupWorldOptions> = {}): Promise<BackupWorld> {
    const world = await openBackupWorld({ ...options, ...more });
    onTestFinished(() => world.state.close());
    return world;
  }

  function start(world: BackupWorld): RunningStream {
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    return stream;
  }

  const write = (pad = 'x') => server.query('INSERT INTO log.t (pad) VALUES (?)', [pad]);

  it('are another timeline after a reset, seen while streaming; what was before stays', async () => {
    const world = await openWorld();
    const full = await takeGoodFull(world);
    const stream = start(world);
    await write();
    await stream.caughtUp(server);
    await server.query(reset);
    await write();
    await expect.poll(() => stream.standing()?.coverage[0]?.gaps.length).toBe(1);
    await stream.caughtUp(server);
    await expectShippedAsIs(world, server, temporaryDirectory());

    const { stretches, gaps } = await readChain(world);
    expect(gaps).toMatchObject([{ reason: 'reset' }]);
    expect(stretches.map(({ segments }) => segments[0]?.begins)).toEqual(['first', 'reset']);
    const [reach] = stream.standing()?.coverage[0]?.reaches ?? [];
    expect(reach).toMatchObject({ backupId: full.id, to: stretches[0]?.throughAt.toISOString() });
    const next = await takeGoodFull(world);
    await write();
    await stream.caughtUp(server);
    await expect
      .poll(() => stream.standing()?.coverage[0]?.reaches.map(({ backupId }) => backupId))
      .toEqual([next.id, full.id]);
    expect(stream.standing()?.coverage[0]?.reaches[0]?.to).toBe(stream.standing()?.coverage[0]?.throughAt);
  });

  it('are another timeline after a reset behind the stream’s back, though file and offset are there again', async () => {
    const world = await openWorld();
    await server.query(reset);
    await write('first history');
    const before = startStream(world);
    await before.caughtUp(server);
    await before.stop();
    await server.query(reset);
    for (let row = 0; row < 5; row += 1) await write('other history');

    const stream = start(world);
    await expect.poll(() => stream.standing()?.coverage[0]?.gaps.length).toBe(1);
    await stream.caughtUp(server);
    await expectShippedAsIs(world, server, temporaryDirectory());
    expect((await readChain(world)).gaps).toMatchObject([{ reason: 'diverged' }]);
  });

  it('have a gap where they were purged before they were shipped; a new full leads on behind it', async () => {
    const world = await openWorld();
    const full = await takeGoodFull(world);
    const before = startStream(world);
    await write();
    await before.caughtUp(server);
    await before.stop();
    const held = (await readChain(world)).stretches[0]?.throughAt;
    await write('lost');
    await server.query('FLUSH BINARY LOGS');
    await write('lost as well');
    await server.query('FLUSH BINARY LOGS');
    await purgeToCurrent();
    await write();

    const stream = start(world);
    await stream.caughtUp(server);
    expect((await readChain(world)).gaps).toMatchObject([{ reason: 'missing', after: { at: held } }]);
    expect(stream.standing()?.coverage[0]?.reaches).toEqual([
      { backupId: full.id, from: full.snapshotAt, to: held?.toISOString() },
    ]);
    const next = await takeGoodFull(world);
    await write();
    await stream.caughtUp(server);
    await expect.poll(() => stream.standing()?.coverage[0]?.reaches.length).toBe(2);
    // In either order: both may be of one second.
    expect(stream.standing()?.coverage[0]?.reaches.map(({ backupId }) => backupId)).toContain(next.id);
  });

  it('have no gap where only files were purged that held nothing new', async () => {
    const world = await openWorld();
    const before = startStream(world);
    await write();
    await server.query('FLUSH BINARY LOGS');
    await before.caughtUp(server);
    await before.stop();
    await server.query('FLUSH BINARY LOGS');
    await server.query('FLUSH BINARY LOGS');
    await purgeToCurrent();
    await write();
    const stream = start(world);
    await stream.caughtUp(server);
    expect((await readChain(world)).gaps).toEqual([]);
  });

  it('go on where the repository ends when the state is lost', async () => {
    const world = await openWorld();
    const before = startStream(world);
    await write();
    await before.caughtUp(server);
    await before.stop();
    await write();
    const other = temporaryDirectory();
    const again = await openWorld({
      directory: options.directory,
      repositoryPath: world.repositoryPath,
      statePath: `${other}/state.db`,
    });
    await rebuildCatalog(again, { principal: dba });
    expect(readStanding(again, 'alumni')?.coverage).toMatchObject([
      { end: (await readChain(world)).stretches[0]?.end },
    ]);
    const stream = start(again);
    await stream.caughtUp(server);
    await expectShippedAsIs(again, server, temporaryDirectory());
    const { stretches, gaps } = await readChain(again);
    expect(gaps).toEqual([]);
    expect(new Set(stretches[0]?.segments.map(({ timeline }) => timeline)).size).toBe(1);
    expect((await objectKeys(again)).filter((key) => key.endsWith('/keys') && key.includes('/binlog/'))).toHaveLength(
      1,
    );
  });

  /** The server keeps files for a while that it is still sending to somebody who has gone. */
  async function purgeToCurrent(): Promise<void> {
    const files = () => server.query<{ Log_name: string }>('SHOW BINARY LOGS');
    const purge = async () => {
      await server.query(`PURGE BINARY LOGS TO '${(await files()).at(-1)?.Log_name}'`);
      return files();
    };
    await expect.poll(purge, { timeout: 20_000 }).toHaveLength(1);
  }
});

describe('binlogs of another MySQL that has taken over', () => {
  it('go on with the chain, by its GTIDs', async () => {
    const [old, young] = await Promise.all([
      startDatabaseServer({ flavour: 'mysql' }),
      startDatabaseServer({ flavour: 'mysql' }),
    ]);
    onTestFinished(async () => void (await Promise.all([old.stop(), young.stop()])));
    await old.query('CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, pad TEXT)');
    const login = await createBackupUser(old);
    await young.query(`CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${old.port}, SOURCE_USER = 'root',
      SOURCE_PASSWORD = '${old.rootPassword}', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1; START REPLICA`);
    const directory = temporaryDirectory();
    const world = await openBackupWorld({ directory, server: old, login });
    const full = await takeGoodFull(world);
    const before = startStream(world);
    await old.query("INSERT INTO log.t (pad) VALUES ('old')");
    await before.caughtUp(old);
    await before.stop();
    world.state.close();
    await expect
      .poll(async () => (await young.query('SELECT * FROM log.t').catch(() => [])).length, { timeout: 20_000 })
      .toBe(1);
    await old.kill('SIGKILL');
    await young.query("STOP REPLICA; RESET REPLICA ALL; INSERT INTO log.t (pad) VALUES ('young')");

    const after = await openBackupWorld({ directory, server: young, login });
    onTestFinished(() => after.state.close());
    const stream = startStream(after);
    onTestFinished(() => stream.stop());
    await stream.caughtUp(young);
    const { stretches, gaps } = await readChain(after);
    expect(gaps).toEqual([]);
    expect(stretches[0]?.segments.at(-1)).toMatchObject({ begins: 'other-server', follows: { by: 'gtids' } });
    const coverage = stream.standing()?.coverage[0];
    expect(coverage?.reaches).toMatchObject([{ backupId: full.id, to: coverage?.throughAt }]);
  });
});
