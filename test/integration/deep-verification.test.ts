import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { createScratch } from '../../src/adapters/mysql/scratch/create-scratch.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { verificationSchema } from '../../src/domain/verification.ts';
import { openSet, readWhole } from '../../src/operations/open-set.ts';
import { startVerification } from '../../src/operations/start-verification.ts';
import { alterPart } from '../support/alter-part.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, dba, findingsOf, openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { install } from '../support/install.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('deep verification on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  beforeAll(() => seedAlumni(server, { rows: 3000 }));

  async function openWorld(source = {}, backups = {}): Promise<BackupWorld & { scratchDir: string }> {
    const directory = temporaryDirectory();
    const scratchDir = join(directory, 'scratch');
    const { serverDir, clientDir } = flavour;
    const bounds = { dir: scratchDir, maxBytes: 2 ** 30, maxServers: 1 };
    const scratch = createScratch({ serverDirs: [serverDir], clientDirs: [clientDir], ...bounds });
    const login = await createBackupUser(server);
    return { ...(await openBackupWorld({ directory, server, login, scratch, source, backups })), scratchDir };
  }

  it('finds a part that loses rows when it is loaded, which reading it cannot', async () => {
    const world = await openWorld();
    const { id } = await takeGoodFull(world);
    // Two rows under one key: as many as were counted, until a server has them.
    const name = await alterPart(world, id, holds('donations'), (sql) =>
      sql.replace(/INSERT INTO (`donations` VALUES\s*\(1,[^;]*?\),\s*\()2,/, 'REPLACE INTO $11,'),
    );
    expect(await verify(world, id)).toMatchObject({ kind: 'succeeded' });

    expect(await verify(world, id, { deep: true })).toMatchObject({ kind: 'found-bad', findings: 1 });
    expect(findingsOf(world, id)).toEqual([
      'restored in primary: row-count, `sgs_gita_alumni`.`donations` has 499 rows restored, 500 were counted in the snapshot',
    ]);
    expect(name).toContain('-data');
    expect(readdirSync(world.scratchDir)).toEqual([]);
  });

  it('finds one value that became another, where checksums were taken', async () => {
    const world = await openWorld({}, { checksums: true });
    const { id } = await takeGoodFull(world);
    expect(await verify(world, id, { deep: true }), findingsOf(world, id).join('\n')).toMatchObject({
      kind: 'succeeded',
    });
    await alterPart(world, id, holds('donations'), (sql) => sql.replace("'USD'", "'EUR'"));
    expect(await verify(world, id, { deep: true })).toMatchObject({ kind: 'found-bad', findings: 1 });
    expect(findingsOf(world, id)[0]).toMatch(
      /^restored in primary: checksum, the rows of `sgs_gita_alumni`\.`donations`/,
    );
  });

  it('finds a part that no server would take, with the words of the server', async () => {
    const world = await openWorld();
    const { id } = await takeGoodFull(world);
    await alterPart(
      world,
      id,
      ({ role }) => role === 'routines',
      (sql) => sql.replace('RETURNS', 'RETURNZ'),
    );
    expect(await verify(world, id, { deep: true })).toMatchObject({ kind: 'found-bad' });
    expect(findingsOf(world, id)[0]).toMatch(/^parts\/700-routines.*: not-restorable, .*ERROR 1064/);
    expect(readdirSync(world.scratchDir)).toEqual([]);
  });

  it('finds objects that are not there, though every part was taken', async () => {
    const world = await openWorld();
    const { id } = await takeGoodFull(world);
    await alterPart(
      world,
      id,
      ({ role }) => role === 'triggers',
      () => '-- Dump completed\n',
    );
    expect(await verify(world, id, { deep: true })).toMatchObject({ kind: 'found-bad' });
    expect(findingsOf(world, id)).toEqual([
      expect.stringContaining('object-count, 0 triggers were restored, 1 were backed up'),
    ]);
  });

  it('leaves nothing when it is stopped in the middle', async () => {
    const world = await openWorld();
    const { id } = await takeGoodFull(world);
    const stop = new AbortController();
    const stopping = { ...world, crashPoint: (name: string) => name === 'restore-structure-loaded' && stop.abort() };
    const started = startVerification(stopping, { principal: dba, backup: id, deep: true, signal: stop.signal });
    expect(started.kind === 'started' && (await started.done)).toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(world.scratchDir)).toEqual([]);
    expect(world.state.catalog.get(id)?.verified).toBeNull();
  });

  it('keeps its result beside the set, and the proof that the server is gone in the audit log', async () => {
    const world = await openWorld();
    const { id } = await takeGoodFull(world);
    expect(await verify(world, id, { deep: true })).toEqual({ kind: 'succeeded', backupId: id });
    const fact = await newestFact(world, id);
    expect(fact).toMatchObject({ depth: 'restored', verdict: 'good', findings: [] });
    const [proof] = world.state.audit.list({ limit: 20 }).filter(({ action }) => action === 'scratch.destroyed');
    expect(proof).toMatchObject({ actor: 'asha', subject: id, detail: { processGone: true, directoryGone: true } });
  });

  it('proves a backup without accounts too, whose views run with the rights of somebody', async () => {
    const world = await openWorld({ accounts: false });
    const { id } = await takeGoodFull(world);
    expect(await verify(world, id, { deep: true }), findingsOf(world, id).join('\n')).toMatchObject({
      kind: 'succeeded',
    });
  });

  it('is one word in a shell, and says what to set where there is no scratch server', async () => {
    const { run, folder } = await install(server, await createBackupUser(server));
    const taken = await run('backup', 'full');
    expect(taken, taken.stderr).toMatchObject({ status: 0 });
    expect(await run('verify', 'latest', '--deep')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('scratch.serverDir'),
    });
    const file = join(folder, 'tidemark.yaml');
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}\nscratch: { serverDir: ${JSON.stringify(flavour.serverDir)} }\n`,
    );
    const proven = await run('verify', 'latest', '--deep');
    expect(proven, proven.stderr).toMatchObject({ status: 0, stdout: expect.stringContaining('is good') });
    expect(readdirSync(join(folder, 'scratch'))).toEqual([]);
  });
});

function holds(table: string): (part: Manifest['parts'][number]) => boolean {
  return ({ tables }) => tables.some(({ name }) => name === table);
}

async function newestFact(world: BackupWorld, id: string) {
  const { primary } = world.repositories;
  const { setKey, prefix } = await openSet(world, primary, id, { principal: dba, purpose: 'test' });
  let key = '';
  for await (const object of primary.list(`${prefix}facts/verified-`)) key = object.key;
  const plain = await setKey.decryptObject(key.slice(prefix.length), await readWhole(primary, key));
  return verificationSchema.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
}
