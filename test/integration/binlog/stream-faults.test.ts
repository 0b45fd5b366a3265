import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ownerOf } from '../../../src/adapters/mysql/binlog/follow-binlog.ts';
import { Failure } from '../../../src/domain/failure.ts';
import type { CrashPointName } from '../../../src/ports/crash-point.ts';
import type { Repository } from '../../../src/ports/repository.ts';
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

  it('keeps a transaction whole that is larger than a segment, though the bot is killed in the middle of it', async () => {
    await server.query('FLUSH BINARY LOGS');
    const rows = Array.from({ length: 300 }, (_, row) => `('${'y'.repeat(1000)}${row}')`);
    await server.query(`BEGIN; INSERT INTO log.t (pad) VALUES ${rows.slice(0, 150).join(',')};
      INSERT INTO log.t (pad) VALUES ${rows.slice(150).join(',')}; COMMIT`);
    await write();
    const tuning = { ...quickTuning, segmentBytes: 20_000 };
    const child = startChild({ ...options, point: 'binlog-facts-stored', tuning });
    await once(child, 'exit');
    const world = await openWorld();
    const [cutOff] = (await readChain(world)).stretches;
    const first = cutOff?.segments.at(-1);
    expect(first?.completeThrough).toBeLessThan(first?.end ?? 0);
    expect(cutOff?.end.end).toBe(first?.completeThrough);

    const stream = startStream(world, tuning);
    onTestFinished(() => stream.stop());
    await stream.caughtUp(server);
    await expectShippedAsIs(world, server, temporaryDirectory());
    const { stretches, gaps } = await readChain(world);
    expect(gaps).toEqual([]);
    const segments = stretches[0]?.segments ?? [];
    expect(segments.filter(({ start, completeThrough }) => completeThrough <= start).length).toBeGreaterThan(3);
    expect(segments.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(2);
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

  it('holds every moment of an idle server, and stores nothing for that', async () => {
    const world = await openWorld();
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    await stream.caughtUp(server);
    await expect.poll(() => stream.standing()?.heldAllAt).toBeTruthy();
    const [held, objects] = [stream.standing()?.heldAllAt ?? '', await objectKeys(world)];
    await expect.poll(() => (stream.standing()?.heldAllAt ?? '') > held).toBe(true);
    expect(await objectKeys(world)).toEqual(objects);
  });

  it('waits while nothing can be stored, leaves with the server what would fill the disk, and loses nothing', async () => {
    const world = await openWorld();
    let isDown = false;
    const { primary } = world.repositories;
    const put: Repository['put'] = async (...args) => {
      if (isDown) throw new Failure('repository-unavailable', 'Nobody answers.', { hint: 'Wait.' });
      return primary.put(...args);
    };
    const flaky: BackupWorld = { ...world, repositories: { primary: { ...primary, put }, copies: [] } };
    const stream = startStream(flaky, { spoolBytes: 50_000, segmentBytes: 5_000 });
    onTestFinished(() => stream.stop());
    await write();
    await stream.caughtUp(server);
    isDown = true;
    await write(10);
    await expect.poll(() => stream.standing()?.trouble).toMatchObject({ message: 'Nobody answers.' });
    expect(spooledBytes()).toBeGreaterThan(0);
    await write(300);
    await expect.poll(spooledBytes).toBe(0);
    isDown = false;
    await stream.caughtUp(server);
    expect(stream.standing()).toMatchObject({ state: 'streaming', trouble: null });
    await expectShippedAsIs(world, server, temporaryDirectory());
    expect((await readChain(world)).gaps).toEqual([]);

    function spooledBytes(): number {
      const spool = `${options.directory}/spool`;
      const names = readdirSync(spool, { recursive: true, encoding: 'utf8' });
      const sizes = names.map((name) => statSync(`${spool}/${name}`, { throwIfNoEntry: false }));
      return sizes.reduce((sum, stats) => sum + (stats?.isFile() ? stats.size : 0), 0);
    }
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
