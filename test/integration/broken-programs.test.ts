import { join } from 'node:path';
import { Transform } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, type BackupWorldOptions, openBackupWorld, takeFull } from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { expectNothingLeft } from '../support/expect-nothing-left.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';
import { mountSmallDisk, wrapProgram } from '../support/wrapped-programs.ts';

const onlyData = 'case "$*" in *--single-transaction*) ;; *) real "$@"; exit;; esac';
const lostConnection =
  'mysqldump: Error 2013: Lost connection to server during query when dumping table `notes` at row: 7';

describe.each(everyFlavour)('a full backup of $name', (flavour) => {
  let server: TestServer;
  let login: { user: string; password: string };
  const dumpName = flavour.flavour === 'mysql' ? 'mysqldump' : 'mariadb-dump';

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await makeBigTables(server, { megabytes: 12 });
    await server.query(
      "CREATE TABLE big.small (id INT PRIMARY KEY, note VARCHAR(20)); INSERT INTO big.small VALUES (1, '')",
    );
    login = await createBackupUser(server);
  });
  afterAll(() => server?.stop());

  const openWorld = (more: Partial<BackupWorldOptions> = {}) =>
    openBackupWorld({
      directory: temporaryDirectory(),
      server,
      login,
      source: { smallestPartBytes: 1024 * 1024 },
      backups: { processes: 3, readers: 2 },
      ...more,
    });
  const withDump = (script: string) => {
    const clientDir = wrapProgram(temporaryDirectory(), dumpName, join(flavour.clientDir, dumpName), script);
    return openWorld({ server: { port: server.port, clientDir } });
  };

  it.each([
    [
      'that ends with an error half-way',
      `${onlyData}\nreal "$@" | head -c 300000; exit 3`,
      'program-failed',
      'ended with 3',
    ],
    ['that is killed half-way', `${onlyData}\nreal "$@" | head -c 300000; kill -9 $$`, 'program-failed', 'SIGKILL'],
    [
      'that ends with 0 half-way',
      `${onlyData}\nreal "$@" 2>/dev/null | head -c 300000; exit 0`,
      'dump-incomplete',
      'completion line',
    ],
    ['that says nothing and ends with 0', `${onlyData}\nexit 0`, undefined, ''],
    ['that complains and ends with 0', `real "$@"; echo '${lostConnection}' >&2; exit 0`, 'dump-incomplete', 'notes'],
    ['that cannot start', `echo "cannot open shared object file" >&2; exit 127`, 'program-failed', 'shared object'],
    ['of structure that fails', 'case "$*" in *--no-data*) exit 5;; esac; real "$@"', 'program-failed', 'ended with 5'],
  ])('fails with a dump program %s, and leaves nothing', async (_, script, code, words) => {
    const world = await withDump(script);
    const outcome = await takeFull(world);
    expect(outcome.kind).toBe('failed');
    if (code) expect(outcome).toMatchObject({ failure: { code, message: expect.stringContaining(words) } });
    await expectNothingLeft(world, server, 'big.small');
  });

  it('is not put off by warnings', async () => {
    const warnings = `real "$@"; echo 'mysqldump: [Warning] something is deprecated' >&2; echo '-- Warning: and so on' >&2`;
    expect(await takeFull(await withDump(warnings))).toMatchObject({ kind: 'succeeded' });
  });

  it('fails when the compressor dies, and leaves nothing', async () => {
    const path = process.env.PATH;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    process.env.PATH = `${wrapProgram(temporaryDirectory(), 'pzstd', '/usr/bin/pzstd', 'head -c 100000 >/dev/null; exit 9')}:${path}`;
    const world = await openWorld();
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringMatching(/zstd ended with 9|on write/) },
    });
    await expectNothingLeft(world, server, 'big.small');
  });

  it('says that there is no program, and which', async () => {
    const world = await openWorld({ server: { port: server.port, clientDir: temporaryDirectory() } });
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { code: 'tool-missing', hint: expect.stringContaining('clientDir') },
    });
  });

  it('refuses a program of the other flavour', async () => {
    const other = everyFlavour.find(({ flavour: another }) => another !== flavour.flavour);
    const clientDir = other?.clientDir ?? '';
    const world = await openWorld({ server: { port: server.port, clientDir } });
    expect(await takeFull(world)).toMatchObject({ kind: 'failed', failure: { code: 'tool-mismatch' } });
  });

  it('fails on a full disk, and leaves nothing', async () => {
    const directory = temporaryDirectory();
    const repositoryPath = join(directory, 'small disk');
    const unmount = mountSmallDisk(repositoryPath, 2 * 1024 * 1024);
    if (unmount) onTestFinished(unmount);
    const world = await openWorld({ directory, repositoryPath });
    if (!unmount) boundWrites(world, 2 * 1024 * 1024);
    expect(await takeFull(world)).toMatchObject({ kind: 'failed', failure: { code: 'disk-full' } });
    await expectNothingLeft(world, server, 'big.small');
  });
});

/** For whoever may not mount a small disk: a repository that takes only so many bytes. */
function boundWrites({ repositories: { primary } }: BackupWorld, limit: number): void {
  const put = primary.put.bind(primary);
  let left = limit;
  Object.assign(primary, {
    put: (key: string, body: NodeJS.ReadableStream | Uint8Array, options: object) => {
      if (body instanceof Uint8Array) return put(key, body, options);
      const bounded = new Transform({
        transform(chunk: Buffer, _, done) {
          left -= chunk.length;
          done(left < 0 ? new Failure('disk-full', 'no space left', { hint: 'free some' }) : null, chunk);
        },
      });
      bounded.on('error', (error) => 'destroy' in body && (body as Transform).destroy(error));
      return put(key, body.pipe(bounded), options);
    },
  });
}
