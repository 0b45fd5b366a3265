import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBackupUser } from '../../support/backup-user.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { type Installation, install } from '../../support/install.ts';
import { newKmsKey } from '../../support/kms-key.ts';
import { motoCredentials, sharedMoto } from '../../support/moto-server.ts';
import { restoreByGuide } from '../../support/restore-by-guide.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const moto = sharedMoto();
const data = 'CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY); INSERT INTO app.t VALUES (7)';

describe.each(everyFlavour)('a backup of $name under AWS KMS', (flavour) => {
  const server = useDatabaseServer(flavour);
  beforeAll(() => server.query(data));

  it('is taken and verified, and restored without Tidemark by what its guide prints', async () => {
    const installation = await installed(server);
    const { run, folder, configureKeys } = installation;
    const { arn } = await newKmsKey(moto.endpoint);
    configureKeys(`{ id: cloud, kms: "${arn}", endpoint: "${moto.endpoint}" }`);
    const id = await backUp(installation);
    expect(await run('verify', 'latest')).toMatchObject({ status: 0 });
    expect((await run('doctor')).stdout).toContain(`${arn} wraps and unwraps`);

    const target = await startDatabaseServer({ flavour });
    try {
      const world = { repositoryPath: join(folder, 'backups'), keyFile: 'none' };
      await expect(restoreByGuide(world, id, target)).rejects.toThrow(/aws/);
      await restoreByGuide(world, id, target, { kms: moto.endpoint });
      expect(await target.query('SELECT id FROM app.t')).toEqual([{ id: 7 }]);
    } finally {
      await target.stop();
    }
  });
});

describe('the keys of backups', () => {
  const server = useDatabaseServer('mysql');
  beforeAll(() => server.query(data));

  it('are added, rotated and retired; a backup from before opens with the new key alone', async () => {
    const installation = await installed(server);
    const { run, folder, configureKeys } = installation;
    const id = await backUp(installation);
    const [old = ''] = /k-\d{4}-\d\d/.exec(readFileSync(join(folder, 'tidemark.yaml'), 'utf8')) ?? [];
    const added = await run('keys', 'add', 'k-new', '--copy', 'envelope 5');
    expect(added, added.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('{ id: k-new, file: ') });
    configureKeys('{ id: k-new, file: k-new.key }', `{ id: ${old}, file: ${old}.key }`);

    expect(await run('keys', 'retire', 'k-new')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('Put another key first'),
    });
    expect(await run('keys', 'retire', old)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`${id} in primary`),
    });
    const rotated = await run('keys', 'rotate');
    expect(rotated, rotated.stderr).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('1 backup wrapped under k-new'),
    });
    expect(await run('keys', 'retire', old)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('can be taken out'),
    });
    expect((await run('keys', 'list')).stdout).toMatch(new RegExp(`${old} .* nothing since .* the safe`));
    expect((await run('doctor')).stdout).toContain('no backup has needed it since');

    configureKeys('{ id: k-new, file: k-new.key }');
    expect(await run('verify', 'latest')).toMatchObject({ status: 0 });
    expect((await run('audit', 'verify')).status).toBe(0);
  });

  it('of one backup are destroyed: it is shown as shredded and counts as none', async () => {
    const installation = await installed(server);
    const { run } = installation;
    const [kept, id] = [await backUp(installation), await backUp(installation)];
    const unsure = await run('keys', 'shred', id.slice(-4), '--reason', 'test');
    expect(unsure).toMatchObject({ status: 3, stderr: expect.stringContaining(`--confirm ${id}`) });
    const shredded = await run('keys', 'shred', id, '--reason', 'erasure request 118', '--confirm', id);
    expect(shredded, shredded.stderr).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('reading it back fails'),
    });

    expect((await run('backups')).stdout).toMatch(new RegExp(`${id} .*SHREDDED`));
    expect((await run('show', id)).stdout).toContain('erasure request 118');
    expect((await run('show', 'latest')).stdout).toContain(kept);
    expect((await run('status')).stdout).toContain('1 backup shredded');
    expect(await run('verify', id)).toMatchObject({ status: 3, stderr: expect.stringContaining('was shredded') });
    expect((await run('catalog', 'rebuild')).stdout).toContain(`${id} is shredded`);
    expect((await run('audit', 'list')).stdout).toMatch(/keys\.shredded .*primary\.readBack=missing/);
    expect((await run('audit', 'verify')).status).toBe(0);
  });
});

interface KeyedInstallation extends Installation {
  /** Puts these in the place of the keys of the configuration. */
  configureKeys(...keys: string[]): void;
}

async function installed(server: TestServer): Promise<KeyedInstallation> {
  const installation = await install(server, await createBackupUser(server));
  const file = join(installation.folder, 'tidemark.yaml');
  const runWith: Installation['runWith'] = (options, ...args) =>
    installation.runWith({ ...options, env: { ...motoCredentials, ...options.env } }, ...args);
  return {
    ...installation,
    runWith,
    run: (...args) => runWith({}, ...args),
    configureKeys(...keys) {
      const list = keys.map((key) => `    - ${key}\n`).join('');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/keys:\n( {4}- .*\n)+/, `keys:\n${list}`));
    },
  };
}

async function backUp({ run }: Installation): Promise<string> {
  const { status, stdout, stderr } = await run('backup', 'full', '--json');
  expect(status, stderr).toBe(0);
  return (JSON.parse(stdout) as { outcome: { backupId: string } }).outcome.backupId;
}
