import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackupUser } from '../../support/backup-user.ts';
import { install } from '../../support/install.ts';
import { createScriptUser } from '../../support/rollback-world.ts';
import { useDatabaseServer } from '../../support/use-database-server.ts';

describe('migrations from a shell', () => {
  const server = useDatabaseServer('mysql');

  it('a pipeline announces a migration and leads it back, by exit statuses and JSON', async () => {
    await server.query('CREATE DATABASE office; CREATE TABLE office.people (id INT PRIMARY KEY, name VARCHAR(50))');
    const { folder, runWith, run } = await install(server, await createBackupUser(server));
    const { user, password } = await createScriptUser(server);
    const file = join(folder, 'tidemark.yaml');
    const restore = `    restore: { user: ${user}, password: { env: LEADS } }\n    # schemas:`;
    const text = readFileSync(file, 'utf8').replace('    # schemas:', restore);
    writeFileSync(file, `${text}\nrollbacks: { dir: down }\n`);
    mkdirSync(join(folder, 'down'));
    writeFileSync(join(folder, 'down', 'rollback-001-phone.sql'), 'ALTER TABLE office.people DROP COLUMN phone;\n');
    const tidemark = (...args: string[]) => runWith({ env: { LEADS: password } }, ...args);

    // Without its secret the configuration is wrong, and nothing is begun.
    expect(await run('migration', 'start', '001-phone')).toMatchObject({ status: 2 });
    expect(await tidemark('migration', 'start', '../001')).toMatchObject({ status: 3, stdout: '' });
    expect(await tidemark('migration', 'end', '001-phone')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('No migration 001-phone was started on alumni.'),
    });
    const started = await tidemark('migration', 'start', '001-phone', '--json');
    expect(started.status).toBe(0);
    expect(JSON.parse(started.stdout)).toMatchObject({
      kind: 'migration',
      name: '001-phone',
      state: 'started',
      started: { position: { file: expect.stringContaining('binlog.'), gtidSet: expect.stringContaining(':') } },
    });
    expect(await tidemark('migration', 'start', '001-phone')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('End it first: migration end 001-phone'),
    });

    await server.query('ALTER TABLE office.people ADD phone VARCHAR(20)');
    const ended = await tidemark('migration', 'end', '001-phone');
    expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('+ `phone` varchar(20) DEFAULT NULL') });
    expect((await tidemark('migration', 'list')).stdout).toMatch(/001-phone +alumni +ended/);

    expect(await tidemark('restore', 'schema', 'other')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('Write rollback-other.sql'),
    });
    const shown = await tidemark('restore', 'schema', '001-phone', '--plan');
    expect(shown.status).toBe(0);
    expect(shown.stdout).toContain('Schema rollback of 001-phone on alumni');
    expect(shown.stdout).toContain(
      '-- 1, line 1: Drops the column phone!\n  ALTER TABLE office.people DROP COLUMN phone',
    );
    expect(await server.query("SHOW COLUMNS FROM office.people LIKE 'phone'")).toHaveLength(1);

    const done = await tidemark('restore', 'schema', '001-phone', '--break-glass', 'nobody is awake');
    expect(done).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('The structure is as it was before 001-phone'),
    });
    expect(await server.query("SHOW COLUMNS FROM office.people LIKE 'phone'")).toHaveLength(0);
  });
});
