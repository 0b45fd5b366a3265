import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alumniSchema, seedAlumni } from '../../scripts/demo/alumni.ts';
import { startWriteLoad } from '../../scripts/demo/write-load.ts';
import type { SourceSettings } from '../../src/adapters/mysql/settings.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { findingsOf, openBackupWorld, takeFull, takeGoodFull, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';
import { wrapProgram } from '../support/wrapped-programs.ts';

describe.each(everyFlavour)('who may back up $name', (flavour) => {
  let server: TestServer;
  const isMysql = flavour.flavour === 'mysql';

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await seedAlumni(server, { rows: 2000 });
  });
  afterAll(() => server?.stop());

  /** A world whose user holds all that a backup needs but these. */
  async function worldWithout(without: string[], source: Partial<SourceSettings> = {}) {
    const login = await createBackupUser(server, { without });
    const small = { smallestPartBytes: 20_000, ...source };
    return openBackupWorld({ directory: temporaryDirectory(), server, login, source: small });
  }

  it('without RELOAD tables are locked one by one, and the backup is consistent under writes', async () => {
    const world = await worldWithout(isMysql ? ['RELOAD', 'BACKUP_ADMIN'] : ['RELOAD']);
    const load = startWriteLoad(server, { perSecond: 200 });
    try {
      for (let round = 0; round < 3; round += 1) {
        const manifest = await takeGoodFull(world);
        expect(manifest.lock).toMatchObject({ method: 'lock-tables', ddlGuard: 'none' });
        expect(manifest.position).toMatchObject({
          file: expect.stringContaining('binlog'),
          offset: expect.any(Number),
        });
        expect(manifest.warnings.join()).toContain(isMysql ? 'BACKUP_ADMIN' : 'RELOAD');
        await verify(world);
        expect(findingsOf(world, manifest.id)).toEqual([]);
        // Each visit adds one of both in one transaction.
        expect(grown(manifest, 'donations')).toBe(grown(manifest, 'user_invitations'));
      }
    } finally {
      await load.stop();
    }
  });

  it('where DDL cannot be kept out it warns', async () => {
    const manifest = await takeGoodFull(await worldWithout(isMysql ? ['BACKUP_ADMIN'] : ['RELOAD']));
    expect(manifest.lock).toMatchObject({ ddlGuard: 'none' });
    expect(manifest.warnings.join()).toContain(isMysql ? 'BACKUP_ADMIN' : 'RELOAD');
  });

  it.each([
    ['PROCESS', ['PROCESS']],
    ['SELECT', ['SELECT']],
    ['LOCK TABLES and RELOAD', ['LOCK TABLES', 'RELOAD']],
    ['the right to read the binlog position', ['REPLICATION CLIENT', 'BINLOG MONITOR']],
    ['SHOW VIEW', ['SHOW VIEW']],
    ['TRIGGER', ['TRIGGER']],
    ['EVENT', ['EVENT']],
  ])('without %s it is refused, with the GRANT that mends it', async (_, without) => {
    const outcome = await takeFull(await worldWithout(without));
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'source-missing-grant' } });
    expect(JSON.stringify(outcome)).toMatch(
      /GRANT .*(RELOAD|PROCESS|SELECT|LOCK TABLES|REPLICATION|BINLOG|SHOW VIEW|TRIGGER|EVENT)/,
    );
  });

  it('a wrong password is told as such', async () => {
    const login = { user: (await createBackupUser(server)).user, password: 'wrong' };
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { code: 'source-access', retryable: false, message: expect.not.stringContaining('wrong') },
    });
  });

  it('a server that does not answer is told as such', async () => {
    const login = await createBackupUser(server);
    const world = await openBackupWorld({
      directory: temporaryDirectory(),
      server: { port: 1, clientDir: server.clientDir },
      login,
    });
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { code: 'source-unreachable', retryable: true, message: expect.stringContaining('127.0.0.1:1') },
    });
  });

  it('a schema that is named but not there is refused', async () => {
    const outcome = await takeFull(await worldWithout([], { schemas: [alumniSchema, 'no such'] }));
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'source-settings', message: expect.stringContaining('no such') },
    });
  });

  it('only the named schemas come along, and no accounts where they are not wanted', async () => {
    await server.query('CREATE DATABASE IF NOT EXISTS other; CREATE TABLE IF NOT EXISTS other.t (id INT PRIMARY KEY)');
    const manifest = await takeGoodFull(await worldWithout([], { schemas: [alumniSchema], accounts: false }));
    expect(manifest.scope).toEqual({ allSchemas: false, schemas: [alumniSchema], accounts: false });
    expect(manifest.tables.every((table) => table.schema === alumniSchema)).toBe(true);
    expect(manifest.parts.map((part) => part.role)).not.toContain('accounts');
    expect(manifest.objects).toMatchObject({ schemas: 1, tables: 7, accounts: 0 });
    const all = await takeGoodFull(await worldWithout([]));
    expect(all.objects.schemas).toBe(2);
    expect(all.objects.accounts).toBeGreaterThan(1);
  });

  it('the password shows neither in the arguments of a program nor in its environment', async () => {
    const directory = temporaryDirectory();
    const said = join(directory, 'said');
    const name = isMysql ? 'mysqldump' : 'mariadb-dump';
    const tell = `tr '\\0' '\\n' < /proc/$$/environ >> '${said}'; echo "$@" >> '${said}'; real "$@"`;
    const clientDir = wrapProgram(join(directory, 'bin'), name, join(server.clientDir, name), tell);
    const login = await createBackupUser(server);
    await takeGoodFull(await openBackupWorld({ directory, server: { port: server.port, clientDir }, login }));
    const seen = readFileSync(said, 'utf8');
    expect(seen).toContain('TIDEMARK_OWNER=');
    expect(seen).toContain('--single-transaction');
    expect(seen).not.toContain('# pass');
  });

  it('without a binlog there is no position, so there is no backup', async () => {
    const login = await createBackupUser(server);
    await server.restart(['--skip-log-bin']);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    expect(await takeFull(world)).toMatchObject({
      kind: 'failed',
      failure: { code: 'source-settings', hint: expect.stringContaining('log_bin') },
    });
    expect(world.state.catalog.list()).toEqual([]);
  });
});

/** Rows beyond those that were there from the beginning. */
function grown({ tables }: Manifest, name: string): number {
  return (tables.find((table) => table.name === name)?.rows ?? 0) - 333;
}
