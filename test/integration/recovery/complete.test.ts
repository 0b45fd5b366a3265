import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decide, enableEvents } from '../../../src/operations/recovery/decide.ts';
import { requestRecovery } from '../../../src/operations/recovery/request-recovery.ts';
import { lookAfterRecoveries } from '../../../src/operations/recovery/run-approved.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import type { TestServer } from '../../support/database-server.ts';
import { asRestored, describeServer, type ServerDescription } from '../../support/describe-server.ts';
import {
  asha,
  carriedOut,
  openRecoveryWorld,
  type RecoveryWorldOptions,
  ravi,
  recovered,
  requested,
} from '../../support/recovery-world.ts';
import { startStream } from '../../support/streaming.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const child = new URL('../../support/recovery-child.ts', import.meta.url).pathname;

describe.each(everyFlavour)('a recovery of $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour);
  let options: RecoveryWorldOptions;
  let world: BackupWorld;
  let cutOff: Date;
  let atCutOff: ServerDescription;
  let atEnd: ServerDescription;

  let prepared: Promise<void> | undefined;

  /** One history for all tests; made within the first, for waiting is only possible there. */
  async function prepare(): Promise<void> {
    const login = await createBackupUser(server);
    await server.query(`CREATE DATABASE office;
      CREATE TABLE office.people (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50), KEY by_name (name));
      CREATE TABLE office.notes (id INT AUTO_INCREMENT PRIMARY KEY, person INT, note TEXT, FOREIGN KEY (person) REFERENCES office.people (id));
      INSERT INTO office.people (name) VALUES ('Ana 🌻'), ('Bo');
      CREATE EVENT office.nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM office.notes WHERE note IS NULL`);
    const { port, clientDir } = server;
    const { socketPath, rootPassword } = target;
    options = {
      directory: mkdtempSync(join(tmpdir(), 'tidemark-recovery-')),
      server: { port, clientDir },
      login,
      target: { socketPath, rootPassword, clientDir },
    };
    world = await openRecoveryWorld(options);
    const stream = startStream(world);
    await takeGoodFull(world);
    await server.query(`INSERT INTO office.notes (person, note) SELECT id, CONCAT('kept ', name) FROM office.people;
      UPDATE office.people SET name = 'Bodil' WHERE name = 'Bo'; FLUSH BINARY LOGS;
      INSERT INTO office.notes (person, note) VALUES (1, 'the last before')`);
    atCutOff = asRestored(await describeServer(server, { accounts: false }));
    cutOff = await nextSecond(server);
    await server.query(`INSERT INTO office.notes (person, note) VALUES (2, 'after the cut-off'); FLUSH BINARY LOGS;
      CREATE TABLE office.late (id INT PRIMARY KEY); INSERT INTO office.late VALUES (1)`);
    atEnd = asRestored(await describeServer(server, { accounts: false }));
    await stream.caughtUp(server);
    await stream.stop();
  }

  afterAll(() => {
    world?.state.close();
    rmSync(options.directory, { recursive: true, force: true });
  });

  /** What is there is wiped between tests, as a new server would be. */
  async function wipe(): Promise<void> {
    prepared ??= prepare();
    await prepared;
    await target.query('DROP DATABASE IF EXISTS office; DROP DATABASE IF EXISTS stranger');
    if (target.flavour === 'mysql') await target.query('RESET BINARY LOGS AND GTIDS');
    for (const { id, state } of world.state.recoveries.list({ open: true })) {
      decide(world, state === 'failed' || state === 'interrupted' ? 'give-up' : 'cancel', {
        principal: asha,
        recovery: id,
      });
    }
  }

  it('brings back everything to the end of the chain, with events enabled last by somebody else', async () => {
    await wipe();
    const asked = await requested(world);
    expect(asked.plan.steps.map(({ id }) => id)).toEqual([
      'read',
      'restore',
      'replay',
      'check',
      'validate',
      'take-full',
    ]);
    expect(asked.plan.gtids).toBe(target.flavour === 'mysql' ? 'kept' : 'anew');
    expect(decide(world, 'approve', { principal: { ...asha, via: 'shell' }, recovery: asked.id })).toMatchObject({
      refusal: { why: 'self-approval' },
    });
    expect(
      await requestRecovery(world, {
        principal: ravi,
        scenario: 'complete',
        target: 'replacement',
        end: { kind: 'chain-end' },
      }),
    ).toMatchObject({
      refusal: { why: 'target-busy', recovery: asked.id },
    });

    const ended = await recovered(world, asked);

    expect(ended.failure).toBeNull();
    expect(ended.state).toBe('succeeded');
    expect(await describeServer(target, { accounts: false })).toEqual(atEnd);
    expect(ended.validation).toMatchObject({ place: 'target' });
    expect(ended.validation?.checklist).toContainEqual(expect.objectContaining({ topic: 'tables', state: 'ticked' }));
    expect(ended.eventsToEnable).toEqual([{ schema: 'office', name: 'nightly' }]);
    expect(await enableEvents(world, { principal: asha, recovery: asked.id })).toMatchObject({
      refusal: { why: 'self-approval' },
    });
    expect(await enableEvents(world, { principal: ravi, recovery: asked.id })).toMatchObject({ kind: 'decided' });
    expect(await describeServer(target, { accounts: false })).toEqual(
      await describeServer(server, { accounts: false }),
    );
    if (target.flavour === 'mysql') {
      const [row] = await target.query<{ has: number }>('SELECT GTID_SUBSET(?, @@GLOBAL.gtid_executed) AS has', [
        asked.plan.end?.history,
      ]);
      expect(row?.has).toBe(1);
    }
  });

  it('stops at a moment: what was committed later is absent, and the plan says how much that is', async () => {
    await wipe();
    const asked = await requested(world, {
      scenario: 'point-in-time',
      end: { kind: 'moment', at: cutOff.toISOString() },
    });
    expect(asked.plan.loss).toMatchObject({
      transactions: 3,
      tables: [
        { table: 'office.notes', changes: 1 },
        { table: 'office.late', changes: 1 },
      ],
    });
    const ended = await recovered(world, asked);
    expect(ended.failure).toBeNull();
    expect(await describeServer(target, { accounts: false })).toEqual(atCutOff);
  });

  it('stops just before a statement, by its place', async () => {
    await wipe();
    const place = await placeOf(server, 'late');
    const asked = await requested(world, { scenario: 'point-in-time', end: { kind: 'before-statement', place } });
    expect(asked.plan.loss?.transactions).toBe(2);
    await recovered(world, asked);
    expect(await target.query("SELECT note FROM office.notes WHERE note LIKE 'after%'")).toHaveLength(1);
    expect(await target.query("SHOW TABLES FROM office LIKE 'late'")).toHaveLength(0);
  });

  it('is void when somebody put something on the target since it was approved', async () => {
    await wipe();
    const asked = await requested(world);
    decide(world, 'approve', { principal: ravi, recovery: asked.id });
    await target.query('CREATE DATABASE stranger');
    await expect(carriedOut(world, asked.id)).rejects.toThrow('what is replaced');
    expect(world.state.recoveries.get(asked.id)?.state).toBe('void');
    expect(await target.query("SHOW DATABASES LIKE 'office'")).toHaveLength(0);
  });

  it('replaces what a target holds only with two approvals and its name typed', async () => {
    await wipe();
    await target.query('CREATE DATABASE stranger; CREATE TABLE stranger.t (id INT)');
    const asked = await requested(world);
    const approve = (name: string, typedTarget?: string) =>
      decide(world, 'approve', {
        principal: { ...ravi, name },
        recovery: asked.id,
        ...(typedTarget && { typedTarget }),
      });
    expect(approve('ravi')).toMatchObject({ refusal: { why: 'target-not-typed' } });
    expect(approve('ravi', 'replacement')).toMatchObject({ recovery: { state: 'requested' } });
    expect(approve('ravi', 'replacement')).toMatchObject({ refusal: { why: 'approved-already' } });
    expect(approve('mina', 'replacement')).toMatchObject({ recovery: { state: 'approved' } });
    const ended = await carriedOut(world, asked.id);
    expect(ended.failure).toBeNull();
    expect(await describeServer(target, { accounts: false })).toEqual(atEnd);
  });

  it('that fails in the middle of the replay says where it stands, and goes on when that is mended', async () => {
    await wipe();
    const asked = await requested(world);
    decide(world, 'approve', { principal: ravi, recovery: asked.id });
    crashed(asked.id, 'recovery-step-done:2');
    await lookAfterRecoveries(world);
    // What the replay is going to create is in its way.
    await target.query('SET SESSION sql_log_bin = 0; CREATE TABLE office.late (other INT)');
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    const failed = await carriedOut(world, asked.id);
    expect([failed.state, failed.failure?.message]).toEqual(['failed', expect.stringContaining('1050')]);
    expect(await target.query("SELECT note FROM office.notes WHERE note LIKE 'after%'")).toHaveLength(1);
    await target.query('SET SESSION sql_log_bin = 0; DROP TABLE office.late');
    decide(world, 'resume', { principal: asha, recovery: asked.id });
    const ended = await carriedOut(world, asked.id);
    expect([ended.state, ended.failure]).toEqual(['succeeded', null]);
    expect(ended.notes.some((note) => note.includes('began again'))).toBe(target.flavour === 'mariadb');
    expect(await describeServer(target, { accounts: false })).toEqual(atEnd);
  });

  /** In a process of its own, which kills itself there. */
  function crashed(id: string, point: string): void {
    const died = spawnSync(process.execPath, [child, JSON.stringify({ world: options, id, point })], {
      encoding: 'utf8',
    });
    expect([died.signal, died.stdout, died.stderr]).toEqual(['SIGKILL', '', '']);
  }

  /** Boundaries between steps (the one before the replay is in the test above), and the worst moment within one: all is replayed, and nobody has written that down. */
  const points = ['recovery-step-done:1', 'recovery-laid-out', 'recovery-replayed', 'recovery-step-done:3'];
  it.each(points)('that is killed at %s goes on when it is told to, and ends the same', async (point) => {
    await wipe();
    const asked = await requested(world);
    decide(world, 'approve', { principal: ravi, recovery: asked.id });
    crashed(asked.id, point);
    await lookAfterRecoveries(world);
    expect(world.state.recoveries.get(asked.id)?.state).toBe('interrupted');
    // Nothing of the binlogs stays in plain.
    if (point === 'recovery-laid-out') expect(readdirSync(join(options.directory, 'replays'))).toEqual([]);
    expect(decide(world, 'resume', { principal: asha, recovery: asked.id })).toMatchObject({
      recovery: { state: 'approved' },
    });
    const ended = await carriedOut(world, asked.id);
    expect(ended.failure).toBeNull();
    expect(ended.state).toBe('succeeded');
    expect(await describeServer(target, { accounts: false })).toEqual(atEnd);
  });
});

/** The beginning of a second in which nothing was committed yet, by the server's clock. */
async function nextSecond(server: TestServer): Promise<Date> {
  const [row] = await server.query<{ next: string }>(
    "SELECT DATE_FORMAT(UTC_TIMESTAMP() + INTERVAL 1 SECOND, '%Y-%m-%dT%H:%i:%sZ') AS next",
  );
  const next = new Date(row?.next ?? '');
  await expect
    .poll(
      async () => {
        const [now] = await server.query<{ now: string }>(
          "SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ') AS now",
        );
        return new Date(now?.now ?? '').getTime() >= next.getTime();
      },
      { timeout: 10_000, interval: 20 },
    )
    .toBe(true);
  return next;
}

/** Where the server wrote that a table was created. */
async function placeOf(server: TestServer, table: string): Promise<{ file: string; position: number }> {
  for (const { Log_name: file } of await server.query<{ Log_name: string }>('SHOW BINARY LOGS')) {
    const events = await server.query<{ Pos: number; Info: string }>('SHOW BINLOG EVENTS IN ?', [file]);
    const found = events.find(({ Info }) => Info.includes(`CREATE TABLE office.${table}`));
    if (found) return { file, position: Number(found.Pos) };
  }
  throw new Error(`${table} was never created`);
}
