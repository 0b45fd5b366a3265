import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { alumniSchema, seedAlumni } from '../../scripts/demo/alumni.ts';
import { backupIdOfKey } from '../../src/domain/backup-set.ts';
import { pickUpAfterCrash } from '../../src/operations/pick-up-after-crash.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { type CrashPointName, crashPointNames } from '../../src/ports/crash-point.ts';
import { createBackupUser } from '../support/backup-user.ts';
import {
  type BackupWorldOptions,
  dba,
  findingsOf,
  objectKeys,
  openBackupWorld,
  takeGood,
  takeGoodFull,
  verify,
} from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import type { CrashOptions } from '../support/crash-child.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { findPrograms } from '../support/find-programs.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const backupPoints = crashPointNames.filter((name) => name.startsWith('backup-'));
/** A schema backup has no lock, and else goes the same way: these tell the most. */
const schemaPoints = ['backup-snapshot-taken', 'backup-parts-stored', 'backup-manifest-stored'] as const;
const verificationPoints = crashPointNames.filter((name) => name.startsWith('verification-'));
const childProgram = new URL('../support/crash-child.ts', import.meta.url).pathname;
/** From here on the set has its manifest: it is a backup. */
const completeAt: readonly CrashPointName[] = ['backup-manifest-stored', 'backup-catalogued'];

describe.each(everyFlavour)('a bot killed while it works on $name', (flavour) => {
  let server: TestServer;
  let options: Omit<BackupWorldOptions, 'directory'>;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await seedAlumni(server, { rows: 1000 });
    // More than pipes hold, so that dumps stand still in the middle.
    await makeBigTables(server, { megabytes: 5 });
    const { port, clientDir } = server;
    const login = await createBackupUser(server);
    options = { server: { port, clientDir }, login, source: { smallestPartBytes: 1024 * 1024 } };
  });
  afterAll(() => server?.stop());

  it.each([
    ...backupPoints.map((point) => ['full', point] as const),
    ...schemaPoints.map((point) => ['schema', point] as const),
  ])('in a %s backup at %s leaves nothing false, nothing running and nothing locked', async (kind, point) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'repository'));
    await crash({ ...options, directory, point, ...(kind === 'schema' && { kind }) });
    await writesAndDdlGoThrough(server);

    const world = await openBackupWorld({ ...options, directory });
    const { cutOff, adopted } = await pickUpAfterCrash(world);
    expect(cutOff).toMatchObject([{ kind: `${kind}-backup`, outcome: { kind: 'cut-off' } }]);
    const crashed = cutOff[0]?.backupId ?? '';
    expect(crashed).toContain(`-${kind}-alumni-`);
    await expect.poll(() => findPrograms(crashed)).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.includes(crashed))).toEqual([]);

    const complete = completeAt.includes(point);
    expect(adopted).toEqual(point === 'backup-manifest-stored' ? [crashed] : []);
    const listed = world.state.catalog.list({}).map(({ id }) => id);
    expect(listed).toEqual(complete ? [crashed] : []);
    expect(await rebuildCatalog(world, { principal: dba })).toMatchObject({ backups: listed.length, unreadable: [] });
    if (complete) {
      await verify(world);
      expect(findingsOf(world, crashed)).toEqual([]);
    }

    const next = await takeGood(world, kind);
    const sets = (await objectKeys(world)).map(backupIdOfKey).filter((id) => id !== undefined);
    expect([...new Set(sets)].sort()).toEqual([...listed, next.id].sort());
    world.state.close();
  });

  it('one that freezes with the lock held loses it to the server, and the site writes on', async () => {
    const frozen = await freeze({ ...options, directory: temporaryDirectory(), point: 'backup-lock-held' });
    onTestFinished(() => void frozen.kill('SIGKILL'));
    await server.query(`SET SESSION lock_wait_timeout = 20;
      UPDATE ${alumniSchema}.events SET place = CONCAT(place, '!') WHERE id = 1`);
    expect(isStopped(frozen)).toBe(true);
  });

  it.each(verificationPoints)('at %s keeps the backup, and verifies it again', async (point) => {
    const directory = temporaryDirectory();
    const before = await openBackupWorld({ ...options, directory });
    const { id } = await takeGoodFull(before);
    before.state.close();
    await crash({ ...options, directory, point, verify: true });

    const world = await openBackupWorld({ ...options, directory });
    expect((await pickUpAfterCrash(world)).cutOff).toMatchObject([{ kind: 'verification' }]);
    expect(await rebuildCatalog(world, { principal: dba })).toMatchObject({ backups: 1 });
    expect(await verify(world)).toEqual({ kind: 'succeeded', backupId: id });
    world.state.close();
  });
});

/** Starts a bot that will stop itself, and returns when it has. */
async function freeze(options: CrashOptions): Promise<ChildProcess> {
  const child = spawn(process.execPath, [childProgram, JSON.stringify({ ...options, signal: 'SIGSTOP' })]);
  await expect.poll(() => isStopped(child), { timeout: 30_000 }).toBe(true);
  return child;
}

function isStopped({ pid }: ChildProcess): boolean {
  return /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

async function crash(options: CrashOptions): Promise<void> {
  const child = spawn(process.execPath, [childProgram, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL') throw new Error(`The bot was to die at ${options.point}. It said: ${said}`);
}

/** Neither may wait for what the dead bot held: the server gives up after 5 s. */
async function writesAndDdlGoThrough(server: TestServer): Promise<void> {
  await server.query(`SET SESSION lock_wait_timeout = 5, innodb_lock_wait_timeout = 5;
    UPDATE ${alumniSchema}.events SET place = CONCAT(place, '.') WHERE id = 1;
    ALTER TABLE ${alumniSchema}.events COMMENT = 'changed';
    CREATE TABLE ${alumniSchema}.passing (id INT PRIMARY KEY);
    DROP TABLE ${alumniSchema}.passing`);
}
