import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { changeWords } from '../../../src/domain/schema-diff/change-words.ts';
import { noValidation, type Validation } from '../../../src/domain/validation/validation.ts';
import { diffSchemas } from '../../../src/operations/diff-schemas.ts';
import { listMigrations } from '../../../src/operations/migration/list-migrations.ts';
import { rebuildCatalog } from '../../../src/operations/rebuild-catalog.ts';
import { decide } from '../../../src/operations/recovery/decide.ts';
import { planRecovery, requestRecovery } from '../../../src/operations/recovery/request-recovery.ts';
import { lookAfterRecoveries } from '../../../src/operations/recovery/run-approved.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, dba, openBackupWorld } from '../../support/backup-world.ts';
import { asha, carriedOut, ravi, requested } from '../../support/recovery-world.ts';
import {
  announced,
  createScriptUser,
  openRollbackWorld,
  type RollbackWorldOptions,
} from '../../support/rollback-world.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const child = new URL('../../support/rollback-child.ts', import.meta.url).pathname;
const end = { kind: 'chain-end' } as const;

/** What office is like before the migration. */
const office = `DROP DATABASE IF EXISTS office; CREATE DATABASE office; USE office;
  CREATE TABLE people (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), age INT);
  INSERT INTO people (name, age) VALUES ('Ana 🌻', 30), ('Bo', 40), ('Cy', 50);
  CREATE TABLE counter (id INT PRIMARY KEY, n INT); INSERT INTO counter VALUES (1, 0)`;
const trigger =
  'CREATE TRIGGER people_name BEFORE INSERT ON people FOR EACH ROW BEGIN SET NEW.name = TRIM(NEW.name); SET NEW.age = COALESCE(NEW.age, 0); END';
const up = `USE office; ALTER TABLE people ADD phone VARCHAR(20), ADD KEY by_phone (phone);
  CREATE TABLE phones (id INT PRIMARY KEY, note TEXT); INSERT INTO phones VALUES (1, 'a'), (2, 'b');
  UPDATE people SET phone = '1' WHERE id < 3; DROP TRIGGER people_name`;
const down = `-- leads 001 back
USE office;
ALTER TABLE people DROP KEY by_phone, DROP COLUMN phone;
START TRANSACTION;
UPDATE counter SET n = n + 1;
INSERT INTO counter VALUES (2, 0) ON DUPLICATE KEY UPDATE n = n + 1;
COMMIT;
DROP TABLE phones;
DELIMITER $$
${trigger}$$
DELIMITER ;
`;

/** One that is met, one that is not. */
const validation: Validation = {
  ...noValidation,
  application: [
    { kind: 'command', name: 'office app', command: ['/bin/true'], on: ['source'], limitMilliseconds: 10_000 },
  ],
  queries: [
    {
      name: 'people',
      sql: 'SELECT COUNT(*) FROM office.people',
      expectation: { of: 'value', is: { kind: 'equals', value: '4' } },
      columns: [],
      recent: false,
      limitMilliseconds: 10_000,
    },
  ],
};

describe.each(everyFlavour)('leading back a migration of $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  let login: { user: string; password: string };
  let restorer: { user: string; password: string };
  beforeAll(async () => {
    login = await createBackupUser(server);
    restorer = await createScriptUser(server);
  });

  async function scene(change: Partial<RollbackWorldOptions> = {}) {
    await server.query(office);
    const directory = temporaryDirectory();
    const scripts = join(directory, 'rollbacks');
    mkdirSync(scripts);
    const { port, clientDir } = server;
    const options: RollbackWorldOptions = {
      directory,
      server: { port, clientDir },
      login,
      restorer,
      scripts,
      ...change,
    };
    const world = await openRollbackWorld(options);
    onTestFinished(() => world.state.close());
    // By who leads back, and as the mysql program would: a trigger keeps both.
    const session = await world.restorers?.get('alumni')?.openScript('preparing');
    await session?.run('USE office');
    expect(await session?.run(trigger)).toMatchObject({ kind: 'ran' });
    await session?.end();
    const put = (sql: string, name = 'rollback-001.sql') => writeFileSync(join(scripts, name), sql);
    return { world, options, scripts, put };
  }

  const ask = (world: BackupWorld, migration = '001') =>
    requested(world, { scenario: 'schema-rollback', end, details: { migration } });
  const plan = (world: BackupWorld, migration = '001') =>
    planRecovery(world, { principal: asha, scenario: 'schema-rollback', end, details: { migration } });
  const refusal = async (world: BackupWorld, migration = '001') => {
    const planned = await plan(world, migration);
    return planned.kind === 'refused' && planned.reason === 'recovery' && planned.refusal.why === 'no-plan'
      ? planned.refusal.problem
      : planned;
  };
  const approve = (world: BackupWorld, recovery: string) => decide(world, 'approve', { principal: ravi, recovery });
  const counted = () => server.query('SELECT n FROM office.counter ORDER BY id');

  it('shows the script and what goes with it, runs it as approved, and finds the structure as it was', async () => {
    const { world, options, put } = await scene();
    const started = await announced(world, 'start', '001');
    expect(started.started.position.file).not.toBe('');
    await server.query(up);
    const migration = await announced(world, 'end', '001');
    const changed = await diffSchemas(world, {
      principal: dba,
      before: migration.started.backupId,
      after: migration.ended?.backupId ?? '',
    });
    expect(changed.kind === 'schema-diff' && changed.changes.map(changeWords)).toEqual([
      'table office.people changed',
      'table office.phones added',
      'trigger office.people_name removed',
    ]);
    put(down);

    const asked = await ask(world);
    expect(asked.plan).toMatchObject({
      target: { kind: 'source', name: 'alumni' },
      details: { migration: '001', before: started.started.backupId, script: { file: 'rollback-001.sql' } },
    });
    expect(asked.plan.warnings).toEqual([
      'Destroys data: line 3 drops the column phone',
      'Destroys data: line 5 overwrites values',
      'Destroys data: line 6 overwrites values',
      'Destroys data: line 8 drops phones with all rows',
      'Goes when it is led back: the column office.people.phone: 2 values in 3 rows',
      'Goes when it is led back: the table office.phones: 2 rows',
    ]);
    expect(decide(world, 'approve', { principal: asha, recovery: asked.id })).toMatchObject({
      refusal: { why: 'self-approval' },
    });
    approve(world, asked.id);
    const ended = await carriedOut(world, asked.id);

    expect(ended).toMatchObject({ failure: null, state: 'succeeded' });
    expect(ended.notes.map((note) => note.replace(/, \d[^,;]*$/, ''))).toEqual([
      expect.stringMatching(/^Schema backup before: .*-schema-alumni-/),
      '1 of 8, line 2, USE office: 0 rows',
      '2 of 8, line 3, ALTER TABLE people DROP KEY by_phone, DROP COLUMN phone: 0 rows',
      '4 of 8, line 5, UPDATE counter SET n = n + 1: 1 row',
      '5 of 8, line 6, INSERT INTO counter VALUES (2, 0) ON DUPLICATE KEY UPDATE n …: 1 row',
      '7 of 8, line 8, DROP TABLE phones: 0 rows',
      expect.stringMatching(/^8 of 8, line 10, CREATE TRIGGER people_name/),
      expect.stringMatching(/^Schema backup after: /),
      expect.stringMatching(/^The structure is as it was before 001/),
    ]);
    expect(await counted()).toEqual([{ n: 1 }, { n: 0 }]);
    const list = listMigrations(world, { principal: dba });
    expect(list).toMatchObject({ migrations: [{ name: '001', state: 'rolled-back' }] });

    // The state is lost: what lies beside the backups tells it all again.
    const anew = await openBackupWorld({ ...options, statePath: join(options.directory, 'anew.db') });
    onTestFinished(() => anew.state.close());
    await rebuildCatalog(anew, { principal: dba });
    expect(listMigrations(anew, { principal: dba })).toEqual(list);
  });

  it('without a script tells what it would have to undo and what that loses, and does nothing', async () => {
    const { world } = await scene();
    await announced(world, 'start', '001');
    expect(await refusal(world)).toContain('None is needed');
    await server.query(up);
    const said = await refusal(world);
    expect(said).toContain('holds neither rollback-001.sql nor 001.rollback.sql');
    expect(said).toContain('+ `phone` varchar(20) DEFAULT NULL');
    expect(said).toContain(
      'Leading it back loses:\n  the column office.people.phone: 2 values in 3 rows\n  the table office.phones: 2 rows',
    );
    expect(await refusal(world, '002')).toContain('No migration 002 was announced on alumni');
    await server.query('DROP TABLE office.counter');
    expect(await refusal(world)).toContain(
      'the rows of office.counter, which was dropped: restore table office.counter',
    );
  });

  it('refuses scripts that are not fit to run before anything is asked of anybody', async () => {
    const { world, put, scripts } = await scene();
    await announced(world, 'start', '001');
    put('-- nothing\n');
    expect(await refusal(world)).toContain('It holds no statement');
    put('DROP TABLE a;\nSELECT 1');
    expect(await refusal(world)).toContain('Line 2: Nothing ends the last statement');
    put('DROP TABLE a;', '001.rollback.sql');
    expect(await refusal(world)).toContain('There are two');
    rmSync(join(scripts, '001.rollback.sql'));
    rmSync(join(scripts, 'rollback-001.sql'));
    symlinkSync('/etc/passwd', join(scripts, 'rollback-001.sql'));
    expect(await refusal(world)).toContain('outside of');
    expect(await refusal(world, '../001')).toContain('No migration ../001 was announced');
    expect(await refusal({ ...world, restorers: new Map() } as BackupWorld)).toContain('no user for approved steps');
    expect(world.state.recoveries.list()).toEqual([]);
  });

  it('says which statements ran when one is refused, and goes on with that one when told to', async () => {
    const { world, put } = await scene();
    await announced(world, 'start', '001');
    await server.query(up);
    await server.query('ALTER TABLE office.phones RENAME office.telephones');
    put(down);
    const asked = await ask(world);
    approve(world, asked.id);
    const failed = await carriedOut(world, asked.id);
    expect(failed.state).toBe('failed');
    expect(failed.failure?.message).toMatch(
      /^Statement 7 of 8, line 8, was refused: 1051 .*Statements 1 to 6 ran and stay; statement 8 did not run\.$/,
    );

    // What the server refused has not run, whatever it says the second time.
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    expect((await carriedOut(world, asked.id)).failure?.message).toContain('Statement 7 of 8');

    put(`${down}DROP TABLE office.telephones;`);
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    expect((await carriedOut(world, asked.id)).failure?.message).toContain('is not the script that was approved');
    put(down);
    await server.query('ALTER TABLE office.telephones RENAME office.phones');
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    expect(await carriedOut(world, asked.id)).toMatchObject({ state: 'succeeded', failure: null });
    expect(await counted()).toEqual([{ n: 1 }, { n: 0 }]);
  });

  it('undoes a transaction in which one statement is refused, and keeps what rows hold to itself', async () => {
    const { world, put } = await scene();
    await server.query('ALTER TABLE office.people ADD UNIQUE (name)');
    put(
      "START TRANSACTION;\nUPDATE office.counter SET n = 7;\nINSERT INTO office.people (name) VALUES ('Bo');\nCOMMIT;",
    );
    const asked = await ask(world);
    expect(asked.plan.warnings).toContain('001 was never announced: what comes out cannot be compared with how it was');
    approve(world, asked.id);
    const { failure } = await carriedOut(world, asked.id);
    expect(failure?.message).toMatch(
      /^Statement 3 of 4, line 3, was refused: 1062 Duplicate entry '…' for key .*Its transaction was undone\. None before it ran\.$/,
    );
    expect(await counted()).toEqual([{ n: 0 }]);
  });

  it('is void when the script or the structure changed since it was approved', async () => {
    const { world, put } = await scene();
    await announced(world, 'start', '001');
    await server.query(up);
    put(down);
    const asked = await ask(world);
    approve(world, asked.id);
    put(`${down}\nDROP TABLE people;`);
    await expect(carriedOut(world, asked.id)).rejects.toThrow('script');
    expect(world.state.recoveries.get(asked.id)?.state).toBe('void');
    put(down);
    const again = await ask(world);
    approve(world, again.id);
    await server.query('ALTER TABLE office.phones ADD extra INT');
    await expect(carriedOut(world, again.id)).rejects.toThrow('structure');
    expect(await server.query("SHOW COLUMNS FROM office.people LIKE 'phone'")).toHaveLength(1);
  });

  it('tells how it differs when the script does not lead all the way back, and what the application makes of it', async () => {
    const { world, put } = await scene({ validation });
    await announced(world, 'start', '001');
    await server.query(up);
    put('DROP TABLE office.phones;', '001.rollback.sql');
    const asked = await ask(world);
    expect(asked.plan.warnings).toContain('001 was never ended: it may still be under way');
    expect(
      await requestRecovery(world, {
        principal: ravi,
        scenario: 'schema-rollback',
        end,
        details: { migration: '001' },
      }),
    ).toMatchObject({ refusal: { why: 'target-busy' } });
    approve(world, asked.id);
    const { notes } = await carriedOut(world, asked.id);
    expect(notes.slice(-3)).toEqual([
      expect.stringMatching(/^The structure differs from how it was before 001: 2 changes: .*`phone` varchar\(20\)/),
      expect.stringMatching(/^✓ Application functionality tested; office app: /),
      expect.stringMatching(/^✗ people: /),
    ]);
  });

  it('killed again and again goes on where it was, and nothing runs twice', async () => {
    const { world, options, put } = await scene();
    await announced(world, 'start', '001');
    await server.query(up);
    put(down);
    const asked = await ask(world);
    approve(world, asked.id);
    // Units: USE, ALTER, the transaction, DROP, CREATE. Each time counts what that process comes by.
    const points = [
      'rollback-unit-begun:2',
      'rollback-unit-ran:1',
      'rollback-unit-begun:1',
      'rollback-unit-done:1',
      'rollback-unit-ran:1',
    ];
    for (const point of points) {
      kill(options, asked.id, point);
      await lookAfterRecoveries(world);
      expect(world.state.recoveries.get(asked.id)?.state).toBe('interrupted');
      decide(world, 'resume', { principal: asha, recovery: asked.id });
    }
    const ended = await carriedOut(world, asked.id);
    expect(ended).toMatchObject({ failure: null, state: 'succeeded' });
    expect(ended.notes.at(-1)).toContain('The structure is as it was before 001');
    expect(ended.notes.filter((note) => note.endsWith('had run when it was cut off'))).toEqual([
      expect.stringContaining('ALTER TABLE people'),
      expect.stringContaining('DROP TABLE phones'),
    ]);
    expect(await counted()).toEqual([{ n: 1 }, { n: 0 }]);
  });

  it('killed between a commit and the note of it says that nobody can tell, and runs nothing by guess', async () => {
    const { world, options, put } = await scene();
    await announced(world, 'start', '001');
    await server.query(up);
    put(down);
    const asked = await ask(world);
    approve(world, asked.id);
    kill(options, asked.id, 'rollback-unit-ran:3');
    await lookAfterRecoveries(world);
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    const ended = await carriedOut(world, asked.id);
    expect(ended.failure?.message).toContain('cannot be told: 3 of 8, line 4, START TRANSACTION');
    expect(await counted()).toEqual([{ n: 1 }, { n: 0 }]);
  });
});

function kill(world: RollbackWorldOptions, id: string, point: string): void {
  const { signal, stdout, stderr } = spawnSync(process.execPath, [child, JSON.stringify({ world, id, point })], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect({ signal, stdout, stderr }).toMatchObject({ signal: 'SIGKILL' });
}
