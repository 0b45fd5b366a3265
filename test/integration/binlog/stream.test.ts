import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reachOf } from '../../../src/domain/binlog/chain.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, openBackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import { openBank, startTellers } from '../../support/bank.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { describeServer } from '../../support/describe-server.ts';
import { restoreInto, targetAt } from '../../support/restore-into.ts';
import { layOutFiles, readChain, replayFiles, startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('the binlog stream of $name', (flavour) => {
  let server: TestServer;
  let world: BackupWorld;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
  });
  afterAll(() => server?.stop());

  async function openWorld(): Promise<BackupWorld> {
    const login = await createBackupUser(server);
    const opened = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    onTestFinished(() => opened.state.close());
    return opened;
  }

  it('ships the server’s own files, byte for byte, and leads from a backup to now', async () => {
    world = await openWorld();
    await openBank(server);
    const stream = startStream(world, { segmentBytes: 20_000 });
    onTestFinished(() => stream.stop());
    const load = startTellers(server);
    await expect.poll(() => load.committed).toBeGreaterThan(20);
    const full = await takeGoodFull(world);
    await expect.poll(() => load.committed).toBeGreaterThan(200);
    await server.query('FLUSH BINARY LOGS');
    await expect.poll(() => load.committed).toBeGreaterThan(300);
    await load.stop();
    await stream.caughtUp(server);

    const files = await layOutFiles(world, temporaryDirectory());
    expect(files.length).toBeGreaterThan(1);
    for (const path of files.slice(0, -1)) {
      expect(readFileSync(path).equals(readFileSync(join(server.dataDir, basename(path))))).toBe(true);
    }
    const chain = await readChain(world);
    expect(chain.gaps).toEqual([]);
    const { source, snapshotAt, position } = full;
    const base = { backupId: full.id, serverUuid: source.serverUuid, snapshotAt: new Date(snapshotAt), position };
    expect(reachOf([base], chain)).toMatchObject([{ backupId: full.id }]);

    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    await restoreInto(world, full.id, targetAt(target), { accounts: false });
    const from = files.findIndex((path) => basename(path) === position.file);
    await replayFiles(target, files.slice(from), [`--start-position=${position.offset}`]);
    expect(await describeServer(target, { accounts: false })).toEqual(
      await describeServer(server, { accounts: false }),
    );
  });
});
