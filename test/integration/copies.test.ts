import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { copyFacts } from '../../src/operations/copies/read-copies.ts';
import { statusOf } from '../../src/operations/read-status.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { notedJournal } from '../../src/operations/restore-journal.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorldOptions, dba, openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { openBank, startTellers } from '../support/bank.ts';
import type { CopyChildOptions } from '../support/copy-child.ts';
import { copiedUp, startCopying } from '../support/copying.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { sharedMoto } from '../support/moto-server.ts';
import { restoreInto, targetAt } from '../support/restore-into.ts';
import { newBucket } from '../support/s3-place.ts';
import { layOutFiles, readChain, replayFiles, startStream } from '../support/streaming.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const moto = sharedMoto();

describe.each(everyFlavour)('copies of backups of $name', (flavour) => {
  let server: TestServer;
  let login: { user: string; password: string };

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    login = await createBackupUser(server);
    await openBank(server);
  });
  afterAll(() => server?.stop());

  async function writeSome(): Promise<void> {
    const load = startTellers(server);
    await expect.poll(() => load.committed).toBeGreaterThan(50);
    await load.stop();
  }

  it('follow backups and stream; one that is away holds up neither and catches up; alone it brings everything back', async () => {
    const proxy = await startFaultProxy(moto.endpoint);
    onTestFinished(() => proxy.stop());
    const { repository: cloud } = await newBucket(moto.endpoint, { through: proxy.endpoint, name: 'cloud' });
    const directory = temporaryDirectory();
    const options: BackupWorldOptions = { directory, server, login, copies: [cloud] };
    const world = await openBackupWorld(options);
    onTestFinished(() => world.state.close());
    const stream = startStream(world, { segmentBytes: 50_000 });
    onTestFinished(() => stream.stop());
    const copying = startCopying(world);
    onTestFinished(() => copying.stop());
    const first = await takeGoodFull(world);
    await writeSome();
    await stream.caughtUp(server);
    await copiedUp(world, cloud);
    expect(world.state.catalog.get(first.id)?.repositories).toEqual(['primary', 'cloud']);

    proxy.meet(() => true, { kind: 'reset' }, Number.POSITIVE_INFINITY);
    const second = await takeGoodFull(world);
    await server.query('FLUSH BINARY LOGS');
    await writeSome();
    await stream.caughtUp(server);
    const away = () => copyFacts(world, 'alumni')[0]?.standing;
    await expect
      .poll(() => [away()?.sets.trouble?.code, away()?.segments.trouble?.code], { timeout: 30_000 })
      .toEqual(['repository-unavailable', 'repository-unavailable']);
    expect(statusOf(world, 'alumni', world.clock.now()).copies[0]).toMatchObject({
      copy: 'cloud',
      behindSince: expect.any(Date),
    });
    expect(world.state.catalog.get(second.id)?.repositories).toEqual(['primary']);

    proxy.calm();
    await copiedUp(world, cloud);
    const places = statusOf(world, 'alumni', world.clock.now()).recovery.places;
    expect(places.map(({ repository }) => repository)).toEqual(['primary', 'cloud']);
    expect(await verify(world, second.id)).toMatchObject({ kind: 'succeeded' });
    await copying.stop();
    await stream.stop();

    // The machine burns: what is left is the bucket, the configuration and the key.
    const elsewhere = temporaryDirectory();
    const rescue = await openBackupWorld({ ...options, directory: elsewhere, keyFile: world.keyFile });
    onTestFinished(() => rescue.state.close());
    await rm(world.repositoryPath, { recursive: true });
    const rebuilt = await rebuildCatalog(rescue, { principal: dba, from: 'cloud' });
    expect(rebuilt).toMatchObject({ kind: 'rebuilt', backups: 2, unreadable: [] });
    expect(await verify(rescue, second.id)).toMatchObject({ kind: 'succeeded' });
    const alone = { ...rescue, repositories: { primary: cloud, copies: [] } };
    expect((await readChain(alone)).gaps).toEqual([]);

    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    const journal = notedJournal(rescue.state.notes, 'rescue');
    await restoreInto(alone, second.id, targetAt(target), { accounts: false, owner: 'rescue', journal });
    const files = await layOutFiles(alone, temporaryDirectory());
    const from = files.findIndex((path) => basename(path) === second.position.file);
    await replayFiles(target, files.slice(from), [`--start-position=${second.position.offset}`]);
    expect(await describeServer(target, { accounts: false })).toEqual(
      await describeServer(server, { accounts: false }),
    );
  });

  it.each([
    'copy-object-stored',
    'copy-manifest-stored',
    'copy-confirmed',
    'copy-segment-bytes-stored',
    'copy-segment-stored',
  ])('go on when the bot is killed at %s, and list nothing that is not whole', async (point) => {
    const directory = temporaryDirectory();
    const copyPath = join(directory, 'off-site');
    const offSite = localRepository({ name: 'off-site', path: copyPath });
    const options: BackupWorldOptions = { directory, server, login };
    const world = await openBackupWorld({ ...options, copies: [offSite] });
    onTestFinished(() => world.state.close());
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    const { id } = await takeGoodFull(world);
    await stream.caughtUp(server);

    const child = startChild({ ...options, copyPath, point });
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    // Segments and sets go their own ways.
    if (!point.startsWith('copy-segment')) {
      expect(world.state.catalog.get(id)?.repositories).toEqual(['primary']);
    }

    const copying = startCopying(world);
    onTestFinished(() => copying.stop());
    await copiedUp(world, offSite);
    expect(world.state.catalog.get(id)?.repositories).toEqual(['primary', 'off-site']);
    expect(await verify(world, id)).toMatchObject({ kind: 'succeeded' });
  });
});

function startChild(options: CopyChildOptions) {
  const program = new URL('../support/copy-child.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
