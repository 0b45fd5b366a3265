import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scriptDirectory } from '../../../src/adapters/rollback/script-directory.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function place() {
  const above = temporaryDirectory();
  const path = join(above, 'rollbacks');
  mkdirSync(path);
  writeFileSync(join(above, 'rollback-secret.sql'), 'DROP TABLE a;');
  return { above, path, scripts: scriptDirectory({ path, longest: 100 }) };
}

it('finds a script by either of its two names', async () => {
  const { path, scripts } = place();
  writeFileSync(join(path, 'rollback-001.sql'), 'one');
  writeFileSync(join(path, 'users.2.rollback.sql'), 'two');
  expect(await scripts.find('001')).toEqual({ kind: 'found', file: 'rollback-001.sql', bytes: Buffer.from('one') });
  expect(await scripts.find('users.2')).toMatchObject({ kind: 'found', file: 'users.2.rollback.sql' });
  expect(await scripts.find('003')).toEqual({ kind: 'missing', looked: ['rollback-003.sql', '003.rollback.sql'] });
});

it('does not choose between two', async () => {
  const { path, scripts } = place();
  writeFileSync(join(path, 'rollback-001.sql'), 'one');
  writeFileSync(join(path, '001.rollback.sql'), 'two');
  expect(await scripts.find('001')).toMatchObject({ kind: 'unfit', problem: expect.stringContaining('There are two') });
});

it.each(['../rollback-secret', '..', '/etc/passwd', 'a/../../rollback-secret', '.hidden', 'a b', 'x\0', ''])(
  'has nothing called %j',
  async (name) => {
    const { scripts } = place();
    expect(await scripts.find(name)).toEqual({ kind: 'missing', looked: [] });
  },
);

it('follows links within the directory, and none out of it', async () => {
  const { above, path, scripts } = place();
  mkdirSync(join(path, '2026'));
  writeFileSync(join(path, '2026', 'down.sql'), 'inside');
  symlinkSync(join('2026', 'down.sql'), join(path, 'rollback-inside.sql'));
  symlinkSync(join(above, 'rollback-secret.sql'), join(path, 'rollback-outside.sql'));
  symlinkSync(above, join(path, 'elsewhere'));
  symlinkSync(join('elsewhere', 'rollback-secret.sql'), join(path, 'rollback-detour.sql'));
  symlinkSync('gone.sql', join(path, 'rollback-gone.sql'));
  expect(await scripts.find('inside')).toMatchObject({ kind: 'found' });
  for (const name of ['outside', 'detour']) {
    expect(await scripts.find(name)).toMatchObject({ kind: 'unfit', problem: expect.stringContaining('outside of') });
  }
  expect(await scripts.find('gone')).toMatchObject({ kind: 'unfit', problem: expect.stringContaining('not there') });
});

it('reads no directory, no pipe and nothing that is too long', async () => {
  const { path, scripts } = place();
  mkdirSync(join(path, 'rollback-folder.sql'));
  execFileSync('mkfifo', [join(path, 'rollback-pipe.sql')]);
  writeFileSync(join(path, 'rollback-long.sql'), 'x'.repeat(101));
  for (const name of ['folder', 'pipe']) {
    expect(await scripts.find(name)).toMatchObject({ kind: 'unfit', problem: `rollback-${name}.sql is no file.` });
  }
  expect(await scripts.find('long')).toMatchObject({ kind: 'unfit', problem: expect.stringContaining('longer than') });
});

it('fails where the directory is not there, which is a mistake of the configuration', async () => {
  const { path } = place();
  const nowhere = scriptDirectory({ path: join(path, 'no'), longest: 100 });
  await expect(nowhere.find('001')).rejects.toMatchObject({ code: 'configuration' });
});
