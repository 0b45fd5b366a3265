import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createMysqlTarget } from '../../../src/adapters/mysql/mysql-target.ts';
import { createScratch } from '../../../src/adapters/mysql/scratch/create-scratch.ts';
import type { WantedEnd } from '../../../src/domain/recovery/recovery-end.ts';
import { decide } from '../../../src/operations/recovery/decide.ts';
import { requestRecovery } from '../../../src/operations/recovery/request-recovery.ts';
import { findSwap } from '../../../src/operations/table-swap/stored-swaps.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, openBackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import { makeFamily } from '../../support/family.ts';
import { asha, carriedOut, recovered } from '../../support/recovery-world.ts';
import { createRestoreUser } from '../../support/restore-user.ts';
import { startStream, whereServerWrites } from '../../support/streaming.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('a table of $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  let directory: string;
  let world: BackupWorld;
  let beforeUpdate: WantedEnd;
  let beforeDrop: WantedEnd;
  let asItWas: Record<string, unknown>;

  /** One history for all tests. What was lost by a cascade is in no binlog; and rows are changed that no scratch server will have. */
  let prepared: Promise<void> | undefined;
  async function prepare(): Promise<void> {
    await makeFamily(server);
    await server.query('ALTER TABLE club.members DROP FOREIGN KEY lives_in');
    await server.query(
      'ALTER TABLE club.members ADD CONSTRAINT lives_in FOREIGN KEY (city) REFERENCES club.cities (id) ON DELETE CASCADE ON UPDATE CASCADE',
    );
    await server.query(
      "INSERT INTO club.log (what) VALUES ('old'); INSERT INTO club.members (id, city, name, age) VALUES (20, 2, 'Zed', 60)",
    );
    await server.query(
      'CREATE TABLE club.rooms (id INT PRIMARY KEY); INSERT INTO club.rooms VALUES (1); CREATE TABLE club.stays (id INT PRIMARY KEY, room INT)',
    );
    directory = mkdtempSync(join(tmpdir(), 'tidemark-table-'));
    const { port, clientDir } = server;
    const { serverDir } = flavour;
    const scratch = createScratch({
      ...{ serverDirs: [serverDir], clientDirs: [clientDir] },
      ...{ dir: join(directory, 'scratch'), maxBytes: 2 ** 30, maxServers: 1 },
    });
    const backup = await openBackupWorld({ directory, server, login: await createBackupUser(server), scratch });
    const place = { name: 'alumni', section: 'sources.alumni.restore', host: '127.0.0.1', port, clientDir };
    const restorer = createMysqlTarget(
      { ...place, ...(await createRestoreUser(server)) },
      { workDirectory: join(directory, 'replays') },
    );
    world = { ...backup, restorers: new Map([['alumni', restorer]]) };
    const stream = startStream(world);
    await takeGoodFull(world);
    await server.query(`USE club; INSERT INTO members (id, city, mentor, name, age) VALUES (4, 1, 1, 'Di ✨', 44);
      UPDATE members SET mentor = 4 WHERE id = 1; UPDATE log SET what = 'new'; INSERT INTO dues VALUES (3, 4);
      DELETE FROM archive.letters; DELETE FROM cities WHERE id = 2; UPDATE cities SET id = 7 WHERE id = 1; FLUSH BINARY LOGS`);
    asItWas = await tableOf('members');
    beforeUpdate = await nextStatement();
    await server.query("UPDATE club.members SET name = 'oops'");
    // Without the rows of rooms that cannot be replayed.
    await server.query(
      'INSERT INTO club.stays VALUES (1, 1); ALTER TABLE club.stays ADD FOREIGN KEY (room) REFERENCES club.rooms (id)',
    );
    beforeDrop = await nextStatement();
    await server.query('DROP TABLE club.dues');
    await stream.caughtUp(server);
    await stream.stop();
  }

  afterAll(() => {
    world?.state.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('comes back as it was before one statement, cascades included, and takes the place of the live one', async () => {
    prepared ??= prepare();
    await prepared;
    const asked = await requestRecovery(world, {
      principal: asha,
      scenario: 'table',
      end: beforeUpdate,
      details: { table: 'club.members', exchange: true },
    });
    if (asked.kind === 'refused') throw new Error(JSON.stringify(asked));
    expect(asked.recovery.plan).toMatchObject({ subject: 'club.members', target: { kind: 'source', name: 'alumni' } });

    const ended = await recovered(world, asked.recovery);

    expect(ended.failure).toBeNull();
    expect(ended.notes.join('\n')).toContain('The recovered table serves');
    expect(ended.notes.join('\n')).toContain('3 rows recovered, 3 live.');
    expect(await tableOf('members')).toEqual(asItWas);
    const swap = findSwap(world, ended.id);
    const old = await server.query(`SELECT DISTINCT name FROM club.\`${swap?.old.name}\``);
    expect(old).toEqual([{ name: 'oops' }]);
  });

  it('that was dropped comes back under its name, with what it refers to', async () => {
    prepared ??= prepare();
    await prepared;
    const asked = await requestRecovery(world, {
      principal: asha,
      scenario: 'table',
      end: beforeDrop,
      details: { table: 'club.dues', exchange: true },
    });
    if (asked.kind === 'refused') throw new Error(JSON.stringify(asked));
    // Cut off when it has been copied: the scratch server is gone then, and is made again.
    const cutOff = {
      ...world,
      crashPoint: (name: string) => {
        if (name === 'table-copied') throw new Error('cut off');
      },
    };
    expect(await recovered(cutOff, asked.recovery)).toMatchObject({ state: 'failed' });
    expect(decide(world, 'resume', { principal: asha, recovery: asked.recovery.id })).toMatchObject({
      kind: 'decided',
    });
    const ended = await carriedOut(world, asked.recovery.id);
    expect(ended.failure).toBeNull();
    expect(ended.notes.join('\n')).toContain('needed rows of other tables');
    const [left] = await server.query(
      "SELECT COUNT(*) AS n FROM information_schema.TABLES WHERE TABLE_NAME LIKE 'dues%'",
    );
    expect(left).toEqual({ n: 1 });
    expect(await server.query('SELECT * FROM club.dues')).toEqual([
      { id: 1, member: 1 },
      { id: 3, member: 4 },
    ]);
    await expect(server.query('INSERT INTO club.dues VALUES (9, 99)')).rejects.toThrow(/paid_by/);
  });

  async function tableOf(name: string): Promise<Record<string, unknown>> {
    const [created] = await server.query(`SHOW CREATE TABLE club.${name}`);
    const structure = String(created?.['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
    return { structure, rows: await server.query(`SELECT * FROM club.${name} ORDER BY id`) };
  }

  async function nextStatement(): Promise<WantedEnd> {
    const { file, offset } = await whereServerWrites(server);
    return { kind: 'before-statement', place: { file, position: offset } };
  }
});
