import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { alumniSchema, seedAlumni } from '../../scripts/demo/alumni.ts';
import { keyEncryption } from '../../src/adapters/crypto/key-encryption.ts';
import { keyOf } from '../../src/adapters/crypto/key-file.ts';
import { recoverProgramKey, setPrefix } from '../../src/domain/backup-set.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { rebuildCatalog } from '../../src/operations/rebuild-catalog.ts';
import { createBackupUser } from '../support/backup-user.ts';
import {
  type BackupWorld,
  dba,
  findingsOf,
  objectKeys,
  openBackupWorld,
  takeGoodFull,
  verify,
} from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';

/** Headers lie at the beginning, tags at the end. */
const flippedAt = [0, 2, 20, 60, 130, 300, -200, -20, -1];

/** What verification makes of a real backup does not depend on the server it came from. */
describe('verification of a full backup', () => {
  let server: TestServer;
  let world: BackupWorld;
  let backup: Manifest;
  let other: Manifest;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour: 'mysql' });
    await seedAlumni(server, { rows: 600 });
    const login = await createBackupUser(server);
    const directory = join(server.dataDir, '..', 'world');
    world = await openBackupWorld({ directory, server, login, source: { smallestPartBytes: 20_000 } });
    other = await takeGoodFull(world);
    backup = await takeGoodFull(world);
    await verify(world, backup.id);
  });
  afterAll(() => server?.stop());

  const fileOf = (object: string, manifest = backup) =>
    join(world.repositoryPath, object === recoverProgramKey ? object : `${setPrefix(manifest.id)}${object}`);
  const change = (object: string, damage: (file: string) => void) => {
    const file = fileOf(object);
    const before = readFileSync(file);
    onTestFinished(() => writeFileSync(file, before));
    damage(file);
  };
  const findings = async (): Promise<string[]> => {
    expect(await verify(world, backup.id)).toMatchObject({ kind: 'found-bad', backupId: backup.id });
    return findingsOf(world, backup.id);
  };
  const oneOfEach = () => [...new Map(backup.parts.map((part) => [part.role, part.name])).values()];

  it('finds it good, in every part, every row', async () => {
    expect(backup.parts.filter((part) => part.role === 'data').length).toBeGreaterThan(1);
    expect(oneOfEach()).toHaveLength(7);
    expect(await verify(world, backup.id)).toEqual({ kind: 'succeeded', backupId: backup.id });
    expect(world.state.catalog.get(backup.id)?.verified).toMatchObject({ verdict: 'good' });
  });

  it.each(flippedAt)(
    'finds one bit flipped in any object, at byte %i (from its end, if negative), and says in which',
    async (offset) => {
      const [fact] = (await objectKeys(world)).filter((key) => key.includes(`${backup.id}/facts/`));
      const others = [
        'RECOVER.md',
        fact?.slice(setPrefix(backup.id)?.length) ?? '',
        ...backup.parts.map((part) => part.name),
      ];
      for (const object of [...others, recoverProgramKey]) change(object, (file) => flipBit(file, offset));
      expect(namesIn(await findings())).toEqual([
        'RECOVER.md',
        recoverProgramKey,
        ...others.slice(2),
        ...others.slice(1, 2),
      ]);

      // Without these two nothing else can be looked at.
      for (const object of ['manifest', 'keys']) {
        change(object, (file) => flipBit(file, offset));
        expect(namesIn(await findings())).toEqual([object]);
      }
    },
  );

  it.each([
    ['keys', 'manifest-invalid'],
    ['manifest', 'manifest-invalid'],
    ['parts/010-structure.sql.zst', 'truncated'],
    ['RECOVER.md', 'altered'],
    [recoverProgramKey, 'altered'],
  ])('finds %s cut short', async (object, problem) => {
    change(object, (file) => truncateSync(file, readFileSync(file).length - 7));
    expect(await findings()).toEqual([expect.stringContaining(`${object} in primary: ${problem}`)]);
  });

  it.each(['keys', 'manifest', 'parts/100-data.sql.zst', 'RECOVER.md', recoverProgramKey])(
    'finds %s missing',
    async (object) => {
      change(object, (file) => rmSync(file));
      expect(await findings()).toEqual([expect.stringContaining(`${object} in primary: missing`)]);
    },
  );

  it('finds something added to the end of a part', async () => {
    change('parts/100-data.sql.zst', (file) =>
      writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('x')])),
    );
    expect(await findings()).toEqual([expect.stringContaining('parts/100-data.sql.zst in primary: undecryptable')]);
  });

  it('finds two parts that were swapped', async () => {
    const [a, b] = ['parts/100-data.sql.zst', 'parts/101-data.sql.zst'];
    change(b, () => {});
    change(a, (file) => {
      renameSync(file, `${file}.aside`);
      copyFileSync(fileOf(b), file);
      renameSync(`${file}.aside`, fileOf(b));
    });
    expect((await findings()).map((finding) => finding.split(',')[0])).toEqual([
      expect.stringMatching(/^parts\/100-data.sql.zst in primary: (undecryptable|truncated)/),
      expect.stringMatching(/^parts\/101-data.sql.zst in primary: (undecryptable|truncated)/),
    ]);
  });

  it.each(['keys', 'manifest', 'parts/010-structure.sql.zst', 'parts/900-accounts.sql.zst'])(
    'finds %s taken from another backup',
    async (object) => {
      change(object, (file) => copyFileSync(fileOf(object, other), file));
      expect(await findings()).toEqual([
        expect.stringMatching(new RegExp(`^${object} in primary: (truncated|.*${other.id})`)),
      ]);
    },
  );

  it('finds an edited guide and an edited recover.mjs, wherever the edit', async () => {
    change('RECOVER.md', (file) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('set -euo pipefail', 'set -eu')),
    );
    change(recoverProgramKey, (file) => writeFileSync(file, `${readFileSync(file, 'utf8')}\n`));
    expect(namesIn(await findings())).toEqual(['RECOVER.md', recoverProgramKey]);
  });

  it('says that a key is missing, not that the backup is bad, where the key is not configured', async () => {
    const stranger = { ...world, encryption: keyEncryption([keyOf('k-other', Buffer.alloc(32, 7))]) };
    expect(await verify(stranger, backup.id)).toMatchObject({
      kind: 'failed',
      failure: { code: 'key-missing', hint: expect.stringContaining('k-test') },
    });
  });

  it('an altered fact does not keep the catalog from being rebuilt', async () => {
    await verify(world, backup.id);
    const facts = (await objectKeys(world)).filter((key) => key.includes(`${backup.id}/facts/`));
    const newest = facts.at(-1)?.slice(setPrefix(backup.id)?.length) ?? '';
    change(newest, (file) => writeFileSync(file, 'not what it was'));
    expect(await rebuildCatalog(world, { principal: dba })).toMatchObject({ backups: 2, unreadable: [] });
    expect(world.state.catalog.get(backup.id)?.verified).not.toBeNull();
    expect(world.state.catalog.get(other.id)?.verified).toBeNull();
  });

  it('a set that cannot be opened is told of when the catalog is rebuilt, and is not listed', async () => {
    change('manifest', (file) => truncateSync(file, 10));
    const rebuilt = await rebuildCatalog(world, { principal: dba });
    expect(rebuilt).toMatchObject({ backups: 1, unreadable: [{ id: backup.id }] });
    expect(world.state.catalog.get(backup.id)).toBeUndefined();
    onTestFinished(async () => void (await rebuildCatalog(world, { principal: dba })));
  });

  it('the next backup puts an altered recover.mjs right again', async () => {
    await rebuildCatalog(world, { principal: dba });
    const file = fileOf(recoverProgramKey);
    writeFileSync(file, readFileSync(file, 'utf8').replace('0x0478', '0x0479'));
    await server.query(`DELETE FROM ${alumniSchema}.event_registrations`);
    const next = await takeGoodFull(world);
    expect(await verify(world, next.id)).toMatchObject({ kind: 'succeeded' });
    expect(await verify(world, backup.id)).toMatchObject({ kind: 'succeeded' });
  });
});

function flipBit(file: string, offset: number): void {
  const bytes = readFileSync(file);
  const at = offset < 0 ? bytes.length + offset : offset;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function namesIn(findings: readonly string[]): (string | undefined)[] {
  return findings.map((finding) => finding.split(' ')[0]);
}
