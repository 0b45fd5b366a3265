import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { streamLease } from '../../../src/domain/binlog/standing.ts';
import type { Outcome } from '../../../src/domain/job.ts';
import { rebuildCatalog } from '../../../src/operations/rebuild-catalog.ts';
import { startBackup } from '../../../src/operations/start-backup.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import {
  type BackupWorld,
  type BackupWorldOptions,
  dba,
  findingsOf,
  objectKeys,
  openBackupWorld,
  readManifest,
  takeGoodFull,
  verify,
} from '../../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { flipped } from '../../support/flipped.ts';
import { readChain, startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('an incremental backup of $name', (flavour) => {
  let server: TestServer;
  let options: BackupWorldOptions;
  let world: BackupWorld;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await server.query('CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, pad TEXT)');
    options = { directory: '', server, login: await createBackupUser(server) };
  });
  beforeEach(async () => {
    world = await openBackupWorld({ ...options, directory: temporaryDirectory() });
    onTestFinished(() => world.state.close());
  });
  afterAll(() => server?.stop());

  const write = (rows = 1) => server.query(`INSERT INTO log.t (pad) VALUES ${Array(rows).fill("('x')").join(',')}`);

  async function take(): Promise<Outcome> {
    const started = startBackup(world, { principal: dba, kind: 'incremental', trigger: 'request' });
    if (started.kind === 'refused') throw new Error(`refused: ${started.reason}`);
    return started.done;
  }

  async function takeGood() {
    const outcome = await take();
    if (outcome.kind !== 'succeeded') throw new Error(`the backup ${JSON.stringify(outcome)}`);
    return readManifest(world, outcome.backupId);
  }

  it('needs a full one to lead on from', async () => {
    expect(await take()).toMatchObject({
      kind: 'failed',
      failure: { code: 'binlog-gap', hint: expect.stringContaining('backup full') },
    });
    expect(world.state.catalog.list()).toEqual([]);
  });

  it('without anybody streaming ships what is missing, closes the file and reads all of it again', async () => {
    const full = await takeGoodFull(world);
    await write();
    await write();
    const first = await takeGood();
    expect(first).toMatchObject({
      kind: 'incremental',
      warnings: [],
      binlogs: { base: full.id, since: full.id, files: [{ file: full.position.file }] },
    });
    expect(first.binlogs?.transactions).toBeGreaterThanOrEqual(2);
    expect(world.state.catalog.get(first.id)).toMatchObject({ kind: 'incremental', verified: { verdict: 'good' } });
    expect(world.state.leases.holder(streamLease('alumni'))).toBeUndefined();

    await write();
    const second = await takeGood();
    expect(second.binlogs).toMatchObject({ base: full.id, since: first.id, transactions: 1 });
    expect(second.binlogs?.files).toHaveLength(1);
    expect(Date.parse(second.snapshotAt)).toBeGreaterThanOrEqual(Date.parse(first.snapshotAt));
    expect((await readChain(world)).gaps).toEqual([]);
    expect(await rebuildCatalog(world, { principal: dba })).toMatchObject({ backups: 3, unreadable: [] });
    expect(world.state.catalog.get(second.id)?.binlogs).toEqual(second.binlogs);
  });

  it('beside a stream waits for that, also while a full backup is being taken', async () => {
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    world.state.leases.take(streamLease('alumni'));
    const base = await takeGoodFull(world);
    await write();
    const [full, incremental] = await Promise.all([takeGoodFull(world), takeGood()]);
    expect([base.id, full.id]).toContain(incremental.binlogs?.base);
    await expect.poll(async () => (await readChain(world)).stretches[0]?.segments[0]?.ending).toBe('rotate');
    await verify(world, incremental.id);
    expect(findingsOf(world, incremental.id)).toEqual([]);
  });

  it('is found bad when one of its segments is altered or gone', async () => {
    await takeGoodFull(world);
    await write(50);
    const manifest = await takeGood();
    const { primary } = world.repositories;
    const segments = (await objectKeys(world)).filter(
      (key) => key.includes('/segments/') && key.includes(manifest.position.file),
    );
    const [key = ''] = segments;
    const bytes = Buffer.concat(await (await primary.get(key)).toArray());
    await primary.put(key, flipped(bytes, bytes.length >> 1));
    expect(await verify(world, manifest.id)).toMatchObject({ kind: 'found-bad' });
    expect(findingsOf(world, manifest.id)).toEqual([
      expect.stringContaining(`${manifest.position.file} in primary: altered`),
    ]);
    await primary.remove(key);
    expect(await verify(world, manifest.id)).toMatchObject({ kind: 'found-bad' });
    expect(findingsOf(world, manifest.id)).toEqual([expect.stringContaining('binlog-gap')]);
  });
});
