import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackupUser } from '../../support/backup-user.ts';
import { install } from '../../support/install.ts';
import { createRestoreUser } from '../../support/restore-user.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

// What differs by flavour is below the commands, and tested there.
describe.each(everyFlavour.slice(0, 1))('the commands for one table on $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('show the plan, put the table beside, say how it differs, exchange it and turn that back', async () => {
    await server.query('CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY, v TEXT)');
    await server.query("INSERT INTO app.t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    const { folder, run } = await install(server, await createBackupUser(server));
    const file = join(folder, 'tidemark.yaml');
    const missing = await run('restore', 'table', 'app.t', '--plan');
    expect(missing).toMatchObject({ status: 3, stderr: expect.stringContaining('sources.alumni.restore') });

    const { user, password } = await createRestoreUser(server);
    writeFileSync(join(folder, 'restore.password'), password);
    const restorer = `    restore: { user: ${user}, password: { file: restore.password }, keepTables: 2d }\n`;
    const scratch = `scratch: { serverDir: ${JSON.stringify(flavour.serverDir)} }\n`;
    writeFileSync(
      file,
      `${scratch}${readFileSync(file, 'utf8').replace('    # schemas:', `${restorer}    # schemas:`)}`,
    );
    const backup = await run('backup', 'full');
    expect(backup, backup.stderr).toMatchObject({ status: 0 });
    await server.query("UPDATE app.t SET v = 'oops' WHERE id > 1; DELETE FROM app.t WHERE id = 3");

    const unknown = await run('restore', 'table', 'app.nothing', '--plan');
    expect(unknown).toMatchObject({ status: 3, stderr: expect.stringContaining('app.nothing') });
    const planned = await run('restore', 'table', 'app.T', '--swap', '--plan');
    expect(planned.stdout).toMatch(/able recovery of app\.t on alumni/);
    expect(planned.stdout).toContain("Let it take the other's place (1 statement); the old one is kept 2 days");

    const beside = await run('restore', 'table', 'app.t', '--break-glass', 'nobody is awake');
    expect(beside, beside.stderr).toMatchObject({ status: 0 });
    const listed = await run('tables');
    expect(listed.stdout).toMatch(/app\.t +the live table serves; the recovered one waits beside, kept until/);
    const [id = ''] = /r-\S+/.exec(listed.stdout) ?? [];
    expect((await run('tables', id)).stdout).toContain(
      '1 row is only in the recovered table (3): the exchange brings it.\n1 row differs (2): the exchange sets it back.',
    );
    // One person is one: who asked for it does not let it serve.
    expect(await run('tables', 'exchange', id)).toMatchObject({ status: 3 });

    const swapped = await run('restore', 'table', 'app.t', '--swap', '--break-glass', 'nobody is awake', '--json');
    const recovery = JSON.parse(swapped.stdout) as { id: string; notes: string[] };
    expect(recovery.notes.join('\n'), swapped.stderr).toContain('The recovered table serves.');
    const rows = () => server.query('SELECT v FROM app.t ORDER BY id');
    expect(await rows()).toEqual(['one', 'two', 'three'].map((v) => ({ v })));
    await server.query("INSERT INTO app.t VALUES (4, 'four')");
    expect(await run('tables', 'undo', recovery.id)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('1 row inserted, 0 updated, 0 deleted'),
    });
    expect(await run('tables', 'undo', recovery.id, '--lose-writes')).toMatchObject({ status: 0 });
    expect(await rows()).toEqual(['one', 'oops'].map((v) => ({ v })));
  });
});
