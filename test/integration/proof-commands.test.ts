import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackupUser } from '../support/backup-user.ts';
import { type Installation, install } from '../support/install.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

function add({ folder }: Installation, yaml: string): void {
  const file = join(folder, 'tidemark.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n${yaml}\n`);
}

describe.each(everyFlavour)('validate, find and trx in a shell, on $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('say what was typed wrong, and answer for people and machines', async () => {
    const tidemark = await install(server, await createBackupUser(server));
    const { run } = tidemark;
    for (const [args, said] of [
      [['find'], /Missing required argument 'statement'/],
      [['find', ';'], /nothing to look for/],
      [['find', 'DROP', 'TABLE', 'x', '--since', 'soon'], /soon is no moment/],
      [['trx', '--older-than', 'old'], /Write seconds/],
      [['validate', '--source', 'other'], /no source other/],
    ] as const) {
      expect(await run(...args), args.join(' ')).toMatchObject({ status: 2, stderr: expect.stringMatching(said) });
    }

    await server.query(
      'CREATE DATABASE IF NOT EXISTS shop; CREATE TABLE IF NOT EXISTS shop.t (n INT PRIMARY KEY) ENGINE=InnoDB',
    );
    mkdirSync(join(tidemark.folder, 'backups'));
    const none = await run('find', 'DROP', 'TABLE', 'users');
    expect(none, none.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing of it is shipped') });

    const open = await server.connect();
    await open.query('START TRANSACTION; INSERT INTO shop.t VALUES (4711)');
    const trx = await run('trx', '--older-than', '0');
    expect(trx, trx.stderr).toMatchObject({ status: 0 });
    expect(trx.stdout).toMatch(/1 long-running transaction on alumni[\s\S]*root@localhost/);
    expect(trx.stdout).not.toContain('4711');
    await open.query('ROLLBACK');

    expect(await run('validate')).toMatchObject({ status: 0, stdout: expect.stringContaining('✓ All tables present') });
    add(tidemark, 'validation: { queries: [{ name: rows, sql: SELECT COUNT(*) FROM shop.t, atLeast: 1 }] }');
    const missed = await run('validate', '--json');
    expect(missed.status).toBe(1);
    expect(JSON.parse(missed.stdout)).toMatchObject({
      kind: 'validated',
      report: { queries: [{ name: 'rows', verdict: 'missed', finding: '0, at least 1 expected' }] },
    });
  });
});
