import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackupUser } from '../support/backup-user.ts';
import { install } from '../support/install.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('doctor on $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('finds nothing bad when the user may all that a backup needs', async () => {
    const { troubles } = await install(server, await createBackupUser(server));
    const { status, checks } = await troubles();
    expect([...checks.values()].filter(({ state }) => state === 'bad')).toEqual([]);
    expect([...checks.keys()]).not.toContain('source.grants');
    expect(status).toBe(0);
  });

  it('prints GRANT statements that mend what is missing', async () => {
    const user = await createBackupUser(server, {
      without: [
        'SELECT',
        'PROCESS',
        'RELOAD',
        'LOCK TABLES',
        'BACKUP_ADMIN',
        'SHOW_ROUTINE',
        'BINLOG MONITOR',
        'REPLICATION CLIENT',
      ],
    });
    const { troubles } = await install(server, user);
    const first = await troubles();
    expect(first.status).toBe(1);
    const grants = first.checks.get('source.grants');
    expect(grants?.state).toBe('bad');
    for (const statement of (grants?.mend ?? '').split('\n')) await server.query(statement);
    expect([...(await troubles()).checks.keys()]).not.toContain('source.grants');
  });

  it('says which server backups are proven on, or how to get one', async () => {
    const login = await createBackupUser(server);
    const { folder, run, troubles } = await install(server, login);
    const configured = readFileSync(join(folder, 'tidemark.yaml'), 'utf8');
    const prove = (serverDir: string) =>
      writeFileSync(
        join(folder, 'tidemark.yaml'),
        `${configured}\nscratch: { serverDir: ${JSON.stringify(serverDir)} }\n`,
      );
    prove(server.serverDir);
    expect((await run('doctor')).stdout).toContain('backups are proven on');
    prove(temporaryDirectory());
    expect((await troubles()).checks.get('source.scratch')).toMatchObject({
      state: 'bad',
      mend: expect.stringContaining('scratch.serverDir'),
    });
  });

  it('finds a wrong password', async () => {
    const { user } = await createBackupUser(server);
    const { status, checks } = await (await install(server, { user, password: 'wrong' })).troubles();
    expect(status).toBe(1);
    expect(checks.get('source.login')?.finding).toMatch(/denied/i);
  });

  it('finds settings of the binlog that weaken recovery, and its mends work', async () => {
    const { troubles } = await install(server, await createBackupUser(server));
    await server.query(
      "SET GLOBAL sync_binlog = 0; SET GLOBAL binlog_row_image = 'MINIMAL'; SET GLOBAL binlog_format = 'STATEMENT'",
    );
    const { status, checks } = await troubles();
    expect(status).toBe(1);
    for (const id of ['source.sync-binlog', 'source.row-image', 'source.binlog-format']) {
      const mend = checks.get(id)?.mend?.split(';')[0];
      expect(mend, id).toBeDefined();
      await server.query(mend ?? '');
    }
    const mended = await troubles();
    expect([...mended.checks.keys()].filter((id) => /^source\..*(binlog|row-image)/.test(id))).toEqual([]);
  });

  it('finds the client of another flavour', async () => {
    const other = everyFlavour.find((one) => one.flavour !== flavour.flavour);
    const { troubles } = await install(server, await createBackupUser(server), other?.clientDir);
    const { status, checks } = await troubles();
    expect(checks.get('tool.mysqldump')).toMatchObject({
      state: 'bad',
      finding: expect.stringContaining('but the server is'),
    });
    expect(status).toBe(1);
  });
});

describe.each(everyFlavour)('a server without a binlog, $name', (flavour) => {
  const server = useDatabaseServer(flavour, { options: ['--skip-log-bin'] });

  it('is bad, for a backup of it could not say where recovery begins', async () => {
    const { troubles } = await install(server, await createBackupUser(server));
    const { status, checks } = await troubles();
    expect(checks.get('source.binlog')).toMatchObject({ state: 'bad', mend: expect.stringContaining('log_bin') });
    expect(status).toBe(1);
  });
});
