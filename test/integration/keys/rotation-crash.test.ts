import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keyEncryption } from '../../../src/adapters/crypto/key-encryption.ts';
import { readKeyFile } from '../../../src/adapters/crypto/key-file.ts';
import { localRepository } from '../../../src/adapters/repository/local-repository.ts';
import { setPrefix } from '../../../src/domain/backup-set.ts';
import { install } from '../../support/install.ts';
import { storeSmallSet } from '../../support/small-set.ts';
import { smallWorld } from '../../support/small-world.ts';

const ids = ['a', 'b', 'c'].map((end) => `20261123T020000Z-full-alumni-aaa${end}`);

it('a rotation that is killed after each set it wrote leaves every set readable, and ends when it is let', async () => {
  const { folder, run, runWith } = await install({ port: 1, clientDir: '/usr/bin' }, { user: 'u', password: '' });
  const yaml = join(folder, 'tidemark.yaml');
  const [, old = ''] = /\{ id: (\S+), file/.exec(readFileSync(yaml, 'utf8')) ?? [];
  await run('keys', 'add', 'k-new', '--copy', 'the safe');
  const rotating = '{ id: k-new, file: k-new.key }\n    - { id: ';
  writeFileSync(yaml, readFileSync(yaml, 'utf8').replace('{ id: ', rotating));

  const [before, after] = await Promise.all([old, 'k-new'].map((id) => readKeyFile(join(folder, `${id}.key`))));
  if (!before || !after) throw new Error('there are no keys');
  const encryption = keyEncryption([after, before]);
  const repository = localRepository({ path: join(folder, 'backups') });
  await repository.prepare();
  const world = smallWorld({ encryption, repositories: { primary: repository, copies: [] } });
  for (const id of ids) await storeSmallSet(world, id, keyEncryption([before]));
  const wrapped = async () => {
    const objects = ids.map((id) => readFileSync(join(folder, 'backups', `${setPrefix(id)}keys`)));
    await Promise.all(ids.map((id, index) => encryption.openSetKey(id, objects[index] ?? Buffer.of())));
    const names = await Promise.all(ids.map((id, index) => encryption.wrappedBy(id, objects[index] ?? Buffer.of())));
    return names.map((keys) => keys.map(({ id }) => id).join());
  };

  for (let done = 1; done <= ids.length; done += 1) {
    const killed = await runWith({ env: { TIDEMARK_CRASH_AT: 'rotation-key-stored' } }, 'keys', 'rotate');
    expect(killed.status).toBeNull();
    expect(await wrapped()).toEqual(ids.map((_, index) => (index < done ? after.id : before.id)));
  }
  const rotated = await run('keys', 'rotate', '--json');
  expect(rotated, rotated.stderr).toMatchObject({ status: 0 });
  expect(JSON.parse(rotated.stdout)).toMatchObject({ rotated: 0, already: 3, left: [] });
  expect(await run('keys', 'retire', old)).toMatchObject({ status: 0 });
});
