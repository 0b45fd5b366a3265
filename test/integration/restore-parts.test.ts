import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import type { Manifest, ManifestPart } from '../../src/domain/manifest.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import type { TestServer } from '../support/database-server.ts';
import { describeServer } from '../support/describe-server.ts';
import { restoreInto, targetAt } from '../support/restore-into.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a restore on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour);
  let login: { user: string; password: string };
  beforeAll(async () => {
    await makeBigTables(server, { megabytes: 24, tables: 2 });
    // The server's estimates decide which tables share a part; by itself it makes them some seconds later.
    await server.query('ANALYZE TABLE big.sbtest1, big.sbtest2');
    login = await createBackupUser(server);
  });
  beforeEach(() => target.query('DROP DATABASE IF EXISTS big'));

  it.each(['ON', 'OFF'])(
    'reads a part that is missing or altered in the nearest repository from the next (local_infile %s)',
    async (localInfile) => {
      await target.query(`SET GLOBAL local_infile = ${localInfile}`);
      const { world, manifest, copy, alter, remove } = await twoCopies();
      alter(partOf(manifest, 'data'));
      remove(partOf(manifest, 'structure'));
      const repositories = [world.repositories.primary, copy];
      const outcome = await restoreInto(world, manifest.id, targetAt(target), { repositories });
      expect(outcome).toMatchObject({ kind: 'restored' });
      expect(await described(target)).toEqual(await described(server));
    },
  );

  it('names the part that no repository has whole', async () => {
    const { world, manifest, copy, alter, alterCopy } = await twoCopies();
    const { name } = partOf(manifest, 'data');
    alter({ name });
    alterCopy({ name });
    const repositories = [world.repositories.primary, copy];
    expect(await restoreInto(world, manifest.id, targetAt(target), { repositories })).toMatchObject({
      kind: 'part-refused',
      part: name,
      failure: { code: 'integrity' },
    });
  });

  it('of one table brings its rows alone, and the structure of all', async () => {
    const { world, manifest } = await twoCopies();
    const tables = [{ schema: 'big', name: 'sbtest2' }];
    const read: string[] = [];
    const onPart = ({ role, tables }: ManifestPart) => role === 'data' && read.push(...tables.map(({ name }) => name));
    const outcome = await restoreInto(world, manifest.id, targetAt(target), { tables, onPart });
    expect(outcome).toMatchObject({ kind: 'restored' });
    expect(new Set(read)).toEqual(new Set(['sbtest2']));
    const { 'TABLE `big`.`sbtest1`': other, ...rest } = await described(server);
    expect(await described(target)).toEqual({ ...rest, 'TABLE `big`.`sbtest1`': expect.arrayContaining([0]) });
    expect(other).not.toContain(0);
  });

  async function twoCopies() {
    const world = await openBackupWorld({
      directory: temporaryDirectory(),
      server,
      login,
      source: { smallestPartBytes: 4_000_000 },
    });
    const manifest = await takeGoodFull(world);
    const path = `${world.repositoryPath}-copy`;
    cpSync(world.repositoryPath, path, { recursive: true });
    const fileOf = (root: string, { name }: Pick<ManifestPart, 'name'>) =>
      join(root, 'alumni', 'full', manifest.id, name);
    return {
      world,
      manifest,
      copy: localRepository({ path }),
      alter: (part: Pick<ManifestPart, 'name'>) => flipNearTheEnd(fileOf(world.repositoryPath, part)),
      alterCopy: (part: Pick<ManifestPart, 'name'>) => flipNearTheEnd(fileOf(path, part)),
      remove: (part: Pick<ManifestPart, 'name'>) => rmSync(fileOf(world.repositoryPath, part)),
    };
  }
});

const described = (server: TestServer) => describeServer(server, { accounts: false });

function partOf({ parts }: Manifest, role: ManifestPart['role']): ManifestPart {
  const found = parts.filter((part) => part.role === role).sort((a, b) => b.rawBytes - a.rawBytes)[0];
  if (!found) throw new Error(`there is no ${role}`);
  return found;
}

/** Much of the part is in the server by the time that this is found. */
function flipNearTheEnd(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length - 1000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
