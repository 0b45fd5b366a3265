import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled } from '../../src/operations/run-job.ts';
import { startBackup } from '../../src/operations/start-backup.ts';
import { createBackupUser } from '../support/backup-user.ts';
import {
  type BackupWorld,
  type BackupWorldOptions,
  dba,
  findingsOf,
  openBackupWorld,
  takeFull,
  takeGoodFull,
  verify,
} from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { expectNothingLeft } from '../support/expect-nothing-left.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

describe.each(everyFlavour)('while a full backup of $name runs', (flavour) => {
  let server: TestServer;
  let login: { user: string; password: string };

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await makeBigTables(server, { megabytes: 40, tables: 2 });
    await server.query(
      'CREATE TABLE big.small (id INT PRIMARY KEY, note VARCHAR(20)); INSERT INTO big.small VALUES (1, "")',
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
      backups: { processes: 4, readers: 1 },
      ...more,
    });

  it('a second one is refused and told which runs', async () => {
    const world = await openWorld();
    const first = startBackup(world, { principal: dba, kind: 'full', trigger: 'request' });
    const second = startBackup(world, { principal: dba, kind: 'full', trigger: 'schedule' });
    if (first.kind !== 'started') throw new Error('the first was refused');
    expect(second).toMatchObject({
      kind: 'refused',
      reason: 'already-running',
      jobId: first.job.id,
      startedBy: 'asha',
    });
    expect(await first.done).toMatchObject({ kind: 'succeeded' });
  });

  it('being cancelled ends it at once and leaves nothing', async () => {
    const stop = new AbortController();
    const world = await openWorld({
      crashPoint: (name) => name === 'backup-first-part-stored' && stop.abort(cancelled('enough')),
    });
    expect(await takeFull(world, stop.signal)).toEqual({ kind: 'cancelled', reason: 'enough' });
    await expectNothingLeft(world, server, 'big.small');
  });

  it.each(['backup-gates-waiting', 'backup-lock-held', 'backup-snapshot-taken'] as const)(
    'SIGTERM at %s ends it cleanly',
    async (point) => {
      const stop = new AbortController();
      const world = await openWorld({ crashPoint: (name) => name === point && stop.abort() });
      expect(await takeFull(world, stop.signal)).toMatchObject({ kind: 'cancelled' });
      await expectNothingLeft(world, server, 'big.small');
    },
  );

  it('an ALTER TABLE waits for its end and then goes through, and the backup is good', async () => {
    let altered: Promise<unknown> | undefined;
    const world = await openWorld({
      crashPoint: (name) => {
        if (name === 'backup-snapshot-taken') altered = server.query('ALTER TABLE big.small ADD COLUMN added INT');
      },
    });
    const manifest = await takeGoodFull(world);
    await altered;
    await verify(world);
    expect(findingsOf(world, manifest.id)).toEqual([]);
    expect(manifest.lock.ddlGuard).toBe(flavour.flavour === 'mysql' ? 'instance-lock' : 'backup-stage');
    await server.query('ALTER TABLE big.small DROP COLUMN added');
  });

  it('it gives way to DDL that has waited too long, which then goes through', async () => {
    let altered: Promise<unknown> | undefined;
    const world = await openWorld({
      lock: { ddlPatienceSeconds: 2 },
      crashPoint: (name) => {
        if (name === 'backup-snapshot-taken') altered = server.query("ALTER TABLE big.small COMMENT = 'altered'");
      },
    });
    holdBack(world);
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { code: 'lock-timeout', retryable: true, message: expect.stringContaining('ALTER TABLE big.small') },
    });
    await altered;
    await expectNothingLeft(world, server, 'big.small');
  });

  it('a long query that came first is not locked behind, and nobody is stalled', async () => {
    const slow = await server.connect();
    const running = slow.query('SELECT SUM(CRC32(CONCAT(a.c, b.c))) FROM big.sbtest1 a, big.sbtest1 b').catch(() => {});
    await expect.poll(longestQuery).toBeGreaterThan(1);
    const world = await openWorld({ lock: { waitSeconds: 1, queryPatienceSeconds: 2 } });
    const backup = takeFull(world);
    const writes = writeUntil(backup);
    expect(await backup).toMatchObject({ kind: 'failed', failure: { code: 'lock-timeout', retryable: true } });
    expect(await writes).toBeGreaterThan(10);
    await server.query('KILL ?', [slow.threadId]);
    await running;
    await expectNothingLeft(world, server, 'big.small');
  });

  it('the read lock is gone after its limit, whatever happens', async () => {
    const world = await openWorld({ lock: { limitMilliseconds: 1 } });
    const backup = takeFull(world);
    expect(await backup).toMatchObject({
      kind: 'failed',
      failure: { code: 'lock-timeout', message: expect.stringContaining('limit of 1 ms') },
    });
    await expectNothingLeft(world, server, 'big.small');
  });

  it('a server that is killed makes it fail, and leaves nothing', async () => {
    let killed: Promise<void> | undefined;
    const world = await openWorld({
      crashPoint: (name) => {
        if (name === 'backup-first-part-stored') killed = server.kill('SIGKILL');
      },
    });
    const outcome = await takeFull(world);
    await killed;
    await server.restart();
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'source-unreachable', retryable: true } });
    await expectNothingLeft(world, server, 'big.small');
  });

  async function longestQuery(): Promise<number> {
    const [row] = await server.query<{ seconds: string }>(
      "SELECT MAX(TIME) AS seconds FROM information_schema.PROCESSLIST WHERE COMMAND = 'Query'",
    );
    return Number(row?.seconds);
  }

  /** How many writes went through meanwhile, each within a second. */
  async function writeUntil(end: Promise<unknown>): Promise<number> {
    let ended = false;
    void end.then(() => {
      ended = true;
    });
    let writes = 0;
    const connection = await server.connect();
    for (; !ended; writes += 1) {
      await connection.query('UPDATE big.small SET note = ?', [String(writes)]);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await connection.end();
    return writes;
  }
});

/** A repository so slow that the dump stands still until it is aborted. */
function holdBack(world: BackupWorld): void {
  const { primary } = world.repositories;
  const put = primary.put.bind(primary);
  Object.assign(primary, {
    put: async (...args: Parameters<typeof put>) => {
      const [key, , options] = args;
      if (!key.includes('-data.')) return put(...args);
      await new Promise((resolve) => options?.signal?.addEventListener('abort', resolve));
      return put(...args);
    },
  });
}
