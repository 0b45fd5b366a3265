import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import { parseGtidSet, uniteGtids } from '../../src/domain/binlog/gtid-set.ts';
import { adoptSets } from '../../src/operations/adopt-sets.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld } from '../support/backup-world.ts';
import { copiedUp } from '../support/copying.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Installation, install } from '../support/install.ts';
import { motoCredentials, sharedMoto } from '../support/moto-server.ts';
import { restoreInto, targetAt } from '../support/restore-into.ts';
import { newBucket } from '../support/s3-place.ts';
import { keepRunning, percentile, startSoakLoad, watchRecoveryPoint } from '../support/soak.ts';
import { expectShippedAsIs, layOutFiles, readChain, replayFiles } from '../support/streaming.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

/** `npm run soak`. Ten minutes show how near to now it stays; a shorter run is as full of trouble, and shows only that nothing is lost. */
const minutes = Number(process.env.TIDEMARK_SOAK) || 10;
const moto = sharedMoto();

it.each(everyFlavour)(
  'streams through everything that happens to it, and loses and doubles nothing: $name',
  async (flavour) => {
    const server = await startDatabaseServer({ flavour, options: ['--max-binlog-size=16M'] });
    onTestFinished(() => server.stop());
    await server.query(
      'CREATE DATABASE soak; CREATE TABLE soak.t (n BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT, pad VARBINARY(400))',
    );
    const proxy = await startFaultProxy(moto.endpoint);
    onTestFinished(() => proxy.stop());
    const { bucket, repository } = await newBucket(moto.endpoint);
    const copyPath = temporaryDirectory();
    const offSite = localRepository({ name: 'off-site', path: copyPath });
    const login = await createBackupUser(server);
    const tidemark = await installOn(server, login, { bucket, proxy, copyPath });
    expect((await tidemark.run('backup', 'full')).status).toBe(0);

    const bot = keepRunning(tidemark);
    const load = startSoakLoad(server, { writers: 8, perSecond: 200 });
    const watch = watchRecoveryPoint(join(tidemark.folder, 'tidemark-state.db'), 15_000);
    onTestFinished(() => watch.close());
    say(`\n${flavour.name}`);
    await watch.disturbance(watch.begun);
    const began = Date.now();
    const until = (second: number) => sleep(Math.max(0, began + second * 100 * minutes - Date.now()));
    const at = async (second: number, what: string, act: () => Promise<unknown> | unknown) => {
      await until(second);
      say(`${Math.round((Date.now() - began) / 1000)} s, ${load.committed()} rows committed: ${what}`);
      await watch.disturbance(act);
    };
    const cutOff = async () => {
      proxy.meet(() => true, { kind: 'hang' }, Number.MAX_SAFE_INTEGER);
      await until(320);
      proxy.calm();
    };
    await at(60, 'the bot is killed', bot.kill);
    await at(110, 'a transaction larger than a segment', load.large);
    await at(150, 'the server is restarted', () => server.restart());
    await at(210, 'the bot is killed', bot.kill);
    await at(260, 'S3 is cut off for a minute', cutOff);
    await at(370, 'the bot is killed', bot.kill);
    await at(420, 'the server is killed', () => server.kill('SIGKILL').then(() => server.restart()));
    await at(480, 'the bot is killed while a large transaction comes', () =>
      Promise.all([load.large(), sleep(300).then(bot.kill)]),
    );
    await at(530, 'the bot is killed', bot.kill);
    await until(600);
    const committed = await load.stop();
    const stoppedAt = Date.now();
    await watch.caughtUp();
    say(`caught up ${Date.now() - stoppedAt} ms after the last commit`);
    await copyCaughtUp(tidemark, { repository, offSite });
    say(`the copy had everything ${Date.now() - stoppedAt} ms after the last commit`);
    await bot.stop();
    const ages = watch.quietAges();
    say(
      `the recovery point was ${percentile(ages, 0.5)} ms old at the median, ${percentile(ages, 0.99)} ms at the 99th percentile of ${ages.length} looks`,
    );
    if (minutes >= 10) expect(percentile(ages, 0.99)).toBeLessThan(10_000);

    // From here on only the bucket and the key.
    const options = { directory: temporaryDirectory(), server, login, keyFile: keyFileOf(tidemark) };
    const empty = await openBackupWorld(options);
    onTestFinished(() => empty.state.close());
    const world = { ...empty, repositories: { primary: repository, copies: [] } };
    const { stretches, gaps } = await readChain(world);
    expect(gaps).toEqual([]);
    const segments = stretches[0]?.segments ?? [];
    const transactions = segments.reduce((sum, one) => sum + one.transactions, 0);
    if (flavour.flavour === 'mysql') {
      const gtids = [...uniteGtids(...segments.map(({ history }) => parseGtidSet(history))).values()].flat();
      expect(transactions).toBe(gtids.reduce((sum, [first, last]) => sum + last - first + 1, 0));
    }
    const files = await expectShippedAsIs(world, server, temporaryDirectory());
    say(
      `${committed} rows told to be committed; ${transactions} transactions in ${segments.length} segments of ${files} files`,
    );

    // And what is in the copy alone brings everything back.
    const alone = { ...empty, repositories: { primary: offSite, copies: [] } };
    const [id = ''] = await adoptSets(alone, offSite, 'alumni');
    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    await restoreInto(alone, id, targetAt(target), { accounts: false });
    const paths = await layOutFiles(alone, temporaryDirectory());
    const position = alone.state.catalog.get(id)?.position;
    const from = paths.findIndex((path) => basename(path) === position?.file);
    await replayFiles(target, paths.slice(from), [`--start-position=${position?.offset}`]);
    expect(await describeServer(target, { accounts: false })).toEqual(
      await describeServer(server, { accounts: false }),
    );
    const [row] = await target.query<{ n: number }>('SELECT COUNT(*) AS n FROM soak.t');
    expect(Number(row?.n)).toBeGreaterThanOrEqual(committed);
  },
);

async function installOn(
  server: TestServer,
  login: { user: string; password: string },
  { bucket, proxy, copyPath }: { bucket: string; proxy: FaultProxy; copyPath: string },
): Promise<Installation> {
  const installation = await install(server, login);
  const file = join(installation.folder, 'tidemark.yaml');
  const place = `{ type: s3, bucket: ${bucket}, prefix: prod, endpoint: "${proxy.endpoint}", forcePathStyle: true }`;
  const copies = `copies: [{ name: off-site, type: local, path: ${copyPath} }]`;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/primary: \{[^}]*\}/, `primary: ${place}\n  ${copies}`));
  const runWith: Installation['runWith'] = (options, ...args) =>
    installation.runWith({ ...options, env: { ...motoCredentials, ...options.env } }, ...args);
  return { ...installation, runWith, run: (...args) => runWith({}, ...args) };
}

/** Until the copy has every object that the bucket has, and no other. */
async function copyCaughtUp(
  { folder }: Installation,
  { repository, offSite }: { repository: Repository; offSite: Repository },
): Promise<void> {
  const state = openState({ path: join(folder, 'tidemark-state.db') });
  try {
    const repositories = { primary: repository, copies: [offSite] };
    await copiedUp({ sources: new Map([['alumni', undefined]]), state, repositories }, offSite, { timeout: 300_000 });
  } finally {
    state.close();
  }
}

function keyFileOf({ folder }: Installation): string {
  const [, file = ''] = /file: (\S+\.key)/.exec(readFileSync(join(folder, 'tidemark.yaml'), 'utf8')) ?? [];
  return join(folder, file);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
