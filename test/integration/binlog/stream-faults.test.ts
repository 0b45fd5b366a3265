import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ownerOf } from '../../../src/adapters/mysql/binlog/follow-binlog.ts';
import type { CrashPointName } from '../../../src/ports/crash-point.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, type BackupWorldOptions, objectKeys, openBackupWorld } from '../../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { ownedPrograms } from '../../support/owned-programs.ts';
import type { StreamChildOptions } from '../../support/stream-child.ts';
import {
  caughtUp,
  expectShippedAsIs,
  quickTuning,
  readChain,
  startStream,
  whereServerWrites,
} from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

const childProgram = new URL('../../support/stream-child.ts', import.meta.url).pathname;
const crashPoints: CrashPointName[] = ['binlog-bytes-stored', 'binlog-facts-stored', 'binlog-compacted'];

describe.each(everyFlavour)('the binlog stream of $name', (flavour) => {
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

  async function openWorld(): Promise<BackupWorld> {
    const world = await openBackupWorld(options);
    onTestFinished(() => world.state.close());
    return world;
  }

  async function write(rows = 1): Promise<void> {
    const pads = Array.from({ length: rows }, (_, row) => `('${'x'.repeat(200)}${row}')`);
    for (const pad of pads) await server.query(`INSERT INTO log.t (pad) VALUES ${pad}`);
  }

  it('goes on when its mysqlbinlog is killed', async () => {
    const world = await openWorld();
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    await write();
    await stream.caughtUp(server);
    const [pid = 0] = ownedPrograms([ownerOf({ spoolDir: `${options.directory}/spool` })]);
    expect(pid).toBeGreaterThan(0);
    process.kill(pid, 'SIGKILL');
    await write(3);
    await stream.caughtUp(server);
    await expectShippedAsIs(world, server, temporaryDirectory());
    expect((await readChain(world)).gaps).toEqual([]);
  });

  it('goes on when the server is restarted, and when it is killed', async () => {
    const world = await openWorld();
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    await write();
    await stream.caughtUp(server);
    await server.restart();
    await write(3);
    await server.kill('SIGKILL');
    await server.restart();
    await write(3);
    await stream.caughtUp(server);
    expect(await expectShippedAsIs(world, server, temporaryDirectory())).toBe(3);
    expect((await readChain(world)).gaps).toEqual([]);
  });

  it.each(crashPoints)('goes on where the repository ends when the bot is killed at %s', async (point) => {
    await write();
    const child = startChild({ ...options, point, tuning: quickTuning });
    const world = await openWorld();
    if (point === 'binlog-compacted') {
      await caughtUp(world, server);
      await write();
      await caughtUp(world, server);
      await server.query('FLUSH BINARY LOGS');
    }
    await once(child, 'exit');
    await write(3);

    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    await stream.caughtUp(server);
    await expectShippedAsIs(world, server, temporaryDirectory());
    expect((await readChain(world)).gaps).toEqual([]);
    await expect.poll(() => piecesWithoutFacts(world)).toEqual([]);
  });

  it('leaves no program behind when the bot is killed, and none when it is stopped', async () => {
    const child = startChild({ ...options, tuning: quickTuning });
    const world = await openWorld();
    await caughtUp(world, server);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const stream = startStream(world);
    await write();
    await stream.caughtUp(server);
    const owner = ownerOf({ spoolDir: `${options.directory}/spool` });
    expect(ownedPrograms([owner])).toHaveLength(1);
    await stream.stop();
    expect(ownedPrograms([owner])).toEqual([]);
    expect(stream.standing()).toMatchObject({ state: 'stopped' });
  });

  it('makes one object of a file that is closed', async () => {
    const world = await openWorld();
    await server.query('FLUSH BINARY LOGS');
    const { file } = await whereServerWrites(server);
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    for (let round = 0; round < 3; round += 1) {
      await write();
      await stream.caughtUp(server);
    }
    const pieces = async () =>
      (await objectKeys(world)).filter((key) => key.includes(`/segments/`) && key.includes(file));
    expect((await pieces()).length).toBeGreaterThan(2);
    await server.query('FLUSH BINARY LOGS');
    await stream.caughtUp(server);
    await expect.poll(pieces).toHaveLength(1);
    await expectShippedAsIs(world, server, temporaryDirectory());
    const { stretches, gaps } = await readChain(world);
    expect(gaps).toEqual([]);
    expect(stretches[0]?.segments[0]).toMatchObject({ file, start: 0, transactions: 3, ending: 'rotate' });
  });
});

function startChild(options: StreamChildOptions): ChildProcess {
  const child = spawn(process.execPath, [childProgram, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function piecesWithoutFacts(world: BackupWorld): Promise<string[]> {
  const keys = await objectKeys(world);
  const complete = new Set(keys.map((key) => key.replace('/facts/', '/segments/').replace(/\.json$/, '.zst')));
  return keys.filter((key) => key.includes('/segments/') && !complete.has(key));
}
