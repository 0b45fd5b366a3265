import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { reachOf } from '../../../src/domain/binlog/chain.ts';
import { notedJournal } from '../../../src/operations/restore-journal.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, openBackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import { openBank, startTellers } from '../../support/bank.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { describeServer } from '../../support/describe-server.ts';
import { restoreInto, targetAt } from '../../support/restore-into.ts';
import { expectShippedAsIs, layOutFiles, readChain, replayFiles, startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('the binlog stream of $name', (flavour) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
  });
  afterAll(() => server?.stop());

  it('ships the server’s own files, byte for byte; they lead from a backup to now, or to any moment before', async () => {
    const login = await createBackupUser(server);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    onTestFinished(() => world.state.close());
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
    await server.query('INSERT INTO bank.journal (who, amount) VALUES (1, 7777); DO SLEEP(1.1)');
    const [clock] = await server.query<{ now: string }>(
      "SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:%i:%s') AS now",
    );
    await server.query('INSERT INTO bank.journal (who, amount) VALUES (1, 8888)');
    await stream.caughtUp(server);

    expect(await expectShippedAsIs(world, server, temporaryDirectory())).toBeGreaterThan(1);
    const chain = await readChain(world);
    expect(chain.gaps).toEqual([]);
    const { source, snapshotAt, position } = full;
    const base = { backupId: full.id, serverUuid: source.serverUuid, snapshotAt: new Date(snapshotAt), position };
    const [reach] = reachOf([base], chain);
    const files = await layOutFiles(world, temporaryDirectory());
    const from = files.findIndex((path) => basename(path) === chain.stretches[0]?.segments[reach?.segment ?? -1]?.file);
    expect(basename(files[from] ?? '')).toBe(position.file);

    const toNow = await restored(world, full.id);
    await replayFiles(toNow, files.slice(from), [`--start-position=${position.offset}`]);
    expect(await describeServer(toNow, { accounts: false })).toEqual(await describeServer(server, { accounts: false }));

    const before = await restored(world, full.id);
    const until = `--stop-datetime=${clock?.now}`;
    await replayFiles(before, files.slice(from), [`--start-position=${position.offset}`, until]);
    const late = await before.query<{ amount: number }>('SELECT amount FROM bank.journal WHERE amount > 1000');
    expect(late.map(({ amount }) => Number(amount))).toEqual([7777]);
  });

  async function restored(world: BackupWorld, id: string): Promise<TestServer> {
    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    const owner = `restore-on-${target.port}`;
    const journal = notedJournal(world.state.notes, owner);
    await restoreInto(world, id, targetAt(target), { accounts: false, owner, journal });
    return target;
  }
});
