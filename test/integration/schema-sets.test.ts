import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { keyEncryption } from '../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile, readKeyFile } from '../../src/adapters/crypto/key-file.ts';
import { openSession } from '../../src/adapters/mysql/connection.ts';
import { readMovingPosition } from '../../src/adapters/mysql/read-position.ts';
import { setPrefix } from '../../src/domain/backup-set.ts';
import type { BinlogPosition } from '../../src/domain/manifest.ts';
import { changeWords } from '../../src/domain/schema-diff/change-words.ts';
import type { SchemaObject } from '../../src/domain/schema-diff/read-schema-objects.ts';
import { serverDialect } from '../../src/domain/server-dialect.ts';
import { diffSchemas } from '../../src/operations/diff-schemas.ts';
import { prune } from '../../src/operations/prune.ts';
import { readStatus } from '../../src/operations/read-status.ts';
import { readStructure } from '../../src/operations/read-structure.ts';
import { retireKey } from '../../src/operations/retire-key.ts';
import { rotateKeys } from '../../src/operations/rotate-keys.ts';
import { runDue } from '../../src/operations/run-due.ts';
import { shredSet } from '../../src/operations/shred-set.ts';
import type { World } from '../../src/operations/world.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, dba, objectKeys, openBackupWorld, takeGood, verify } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { restoreByGuide } from '../support/restore-by-guide.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

describe.each(everyFlavour)('schema sets of $name', (flavour) => {
  let server: TestServer;
  let login: Awaited<ReturnType<typeof createBackupUser>>;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    const connection = await server.connect();
    for (const statement of [...oddObjects, ...(flavour.flavour === 'mysql' ? onlyMysql : onlyMariadb)]) {
      await connection.query(statement);
    }
    await connection.end();
    login = await createBackupUser(server);
  });
  afterAll(() => server?.stop());

  async function openWorld(clock: ManualClock, parts: Partial<World> = {}): Promise<BackupWorld> {
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login, clock });
    onTestFinished(() => world.state.close());
    return { ...world, ...parts };
  }

  it('hold every object, however its statement is written, full ones and those of structure alone', async () => {
    const world = await openWorld(manualClock(new Date()));
    const expected = await everyObject(server);
    expect(expected.length).toBeGreaterThan(15);
    const { id } = await takeGood(world, 'schema');
    expect(namesOf(await structureOf(world, id))).toEqual(expected);
    const full = await takeGood(world, 'full');
    expect(namesOf(await structureOf(world, full.id))).toEqual(expected);
    expect(await diffSchemas(world, { principal: dba, before: id, after: full.id })).toMatchObject({ changes: [] });
  });

  it('make all of them again by their own guide', async () => {
    const world = await openWorld(manualClock(new Date()));
    const { id } = await takeGood(world, 'schema');
    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    await restoreByGuide(world, id, target);
    expect(await everyObject(target)).toEqual(await everyObject(server));
  });

  it('have a position and a GTID set of one moment, while others write', async () => {
    const settings = { name: 'alumni', host: '127.0.0.1', port: server.port, clientDir: server.clientDir, ...login };
    const session = await openSession(settings);
    const writers = await Promise.all([0, 1, 2].map(() => server.connect()));
    let writing = true;
    const written = writers.map(async (writer) => {
      while (writing) await writer.query('UPDATE odd.t SET n = n + 1 WHERE id = 1');
    });
    const dialect = serverDialect(server.flavour, server.version);
    const positions: BinlogPosition[] = [];
    try {
      while (new Set(positions.map(({ offset }) => offset)).size < 30) {
        positions.push(await readMovingPosition(session, dialect));
      }
    } finally {
      writing = false;
      await Promise.all(written);
      await session.end();
    }
    const events = await server.query<BinlogEvent>(`SHOW BINLOG EVENTS IN '${positions[0]?.file}'`);
    for (const { offset, gtidSet } of positions) expect(gtidSet).toMatch(lastTransactionBefore(events, offset));
  });

  it('are taken when they are due, once; until then status says that one is late', async () => {
    const now = new Date();
    const due = new Date(Math.floor(now.getTime() / minute) * minute - 10 * minute);
    const clock = manualClock(new Date(due.getTime() - 60 * minute));
    const cron = `${due.getUTCMinutes()} ${due.getUTCHours()} * * ${due.getUTCDay()}`;
    const world = await openWorld(clock, { schedules: { schema: { cron, keepDays: 90 } } });
    expect(runDue(world, clock.now())).toEqual([]);
    expect(lateOnes(world)).toEqual([]);

    clock.jumpTo(now);
    expect(lateOnes(world)).toEqual([expect.stringMatching(/^warning The schema backup due .* is 1\d min late\.$/)]);
    const [run, ...others] = runDue(world, clock.now());
    expect(others).toEqual([]);
    if (run?.result.kind !== 'started') throw new Error('nothing was started');
    expect(run).toMatchObject({ kind: 'schema', moment: due, late: true });
    expect(lateOnes(world)).toEqual([]);
    expect(await run.result.done).toMatchObject({ kind: 'succeeded' });
    expect(lateOnes(world)).toEqual([]);
    await clock.advance(minute);
    expect(runDue(world, clock.now())).toEqual([]);
    expect(world.state.catalog.list()).toMatchObject([{ kind: 'schema' }]);
    expect(world.state.jobs.list({})).toMatchObject([{ kind: 'schema-backup', trigger: 'catch-up' }]);
  });

  it('come under new keys, do without a retired one, and one that is shredded is compared with no more', async () => {
    const clock = manualClock(new Date());
    const world = await openWorld(clock);
    const [first, second] = [await takeGood(world, 'schema'), await takeNext(world, clock)];
    const [old] = world.encryption.keys();
    const fresh = await createKeyFile(`${world.keyFile}.new`, 'k-new');
    const both = { ...world, encryption: keyEncryption([fresh, await readKeyFile(world.keyFile)]) };
    const signal = new AbortController().signal;
    expect(await retireKey(both, { principal: dba, keyId: old?.id ?? '' })).toMatchObject({ reason: 'key-needed' });
    expect(await rotateKeys(both, { principal: dba, signal })).toMatchObject({ rotated: 2, left: [] });
    expect(await retireKey(both, { principal: dba, keyId: old?.id ?? '' })).toMatchObject({ kind: 'retired', sets: 2 });

    const without = { ...world, encryption: keyEncryption([fresh]) };
    const diff = { principal: dba, before: first.id, after: second.id };
    expect(await diffSchemas(without, diff)).toMatchObject({ changes: [] });
    expect(await verify(without, second.id)).toMatchObject({ kind: 'succeeded' });

    const shred = { principal: dba, backup: second.id, reason: 'asked for', confirm: async () => second.id };
    expect(await shredSet(without, shred)).toMatchObject({ kind: 'shredded', complete: true });
    expect(await diffSchemas(without, diff)).toMatchObject({ reason: 'shredded' });
    const third = await takeNext(without, clock);
    expect(third.schemaChanges).toMatchObject({ since: first.id, total: 0 });
    expect(third.warnings.filter((warning) => warning.includes('What changed'))).toEqual([]);
  });

  it('are pruned when their time is over, but for the newest good one, and full backups are none of their business', async () => {
    const clock = manualClock(new Date());
    const schedules = { full: { cron: '0 2 * * *', keepDays: 365 }, schema: { cron: '0 3 * * 0', keepDays: 90 } };
    const world = await openWorld(clock, { schedules });
    const full = await takeGood(world, 'full');
    const [first, second, third] = [
      await takeNext(world, clock),
      await takeNext(world, clock),
      await takeNext(world, clock),
    ];
    for (const { id } of [full, first, second]) await verify(world, id);

    await clock.advance(89 * day);
    expect(await removedBy(world)).toEqual([]);
    await clock.advance(2 * day);
    // The third was never verified: it is nobody's heir, and goes like others.
    expect(await removedBy(world)).toEqual([first.id, third.id]);
    const left = world.state.catalog.list().map(({ id }) => id);
    expect(left.sort()).toEqual([full.id, second.id].sort());
    const gone = [first, third].map(({ id }) => setPrefix(id) ?? '');
    expect((await objectKeys(world)).filter((key) => gone.some((prefix) => key.startsWith(prefix)))).toEqual([]);
    const diff = { principal: dba, before: full.id, after: second.id };
    expect(await diffSchemas(world, diff)).toMatchObject({ changes: [] });
  });

  it('say what a migration changed also where the objects are odd', async () => {
    const clock = manualClock(new Date());
    const world = await openWorld(clock);
    await takeGood(world, 'schema');
    await server.query('USE odd; DROP TRIGGER bare; create trigger BARE before insert on t for each row set @x = 2');
    const { schemaChanges } = await takeNext(world, clock);
    expect(schemaChanges?.changes.map(changeWords)).toEqual(['trigger odd.BARE added', 'trigger odd.bare removed']);
  });
});

async function takeNext(world: World, clock: ManualClock) {
  // Ids of one second have no order.
  await clock.advance(1_000);
  return takeGood(world, 'schema');
}

async function removedBy(world: World): Promise<string[]> {
  const answer = await prune(world, { principal: dba });
  if (answer.kind !== 'pruned') throw new Error(JSON.stringify(answer));
  return answer.report.removed.map(({ id }) => id);
}

function lateOnes(world: World): string[] {
  const status = readStatus(world, { principal: dba });
  if (status.kind === 'refused') throw new Error(status.reason);
  const [source] = status.sources;
  return (source?.warnings ?? [])
    .filter(({ code }) => code === 'late')
    .map(({ severity, text }) => `${severity} ${text}`);
}

async function structureOf(world: World, id: string): Promise<readonly SchemaObject[]> {
  const read = await readStructure(world, id, { principal: dba });
  if (read.kind === 'refused') throw new Error(read.reason);
  return read.objects;
}

function namesOf(objects: readonly SchemaObject[]): string[] {
  return objects.map(({ kind, schema, name }) => `${kind} ${schema}.${name}`).sort();
}

/** What the server's own data dictionary lists. */
async function everyObject(server: TestServer): Promise<string[]> {
  const own = (column: string) => `${column} NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')`;
  const lists = [
    `SELECT 'schema', SCHEMA_NAME, '' FROM information_schema.SCHEMATA WHERE ${own('SCHEMA_NAME')}`,
    `SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END, TABLE_SCHEMA, TABLE_NAME
       FROM information_schema.TABLES WHERE ${own('TABLE_SCHEMA')}`,
    `SELECT LOWER(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ${own('ROUTINE_SCHEMA')}`,
    `SELECT 'trigger', TRIGGER_SCHEMA, TRIGGER_NAME FROM information_schema.TRIGGERS WHERE ${own('TRIGGER_SCHEMA')}`,
    `SELECT 'event', EVENT_SCHEMA, EVENT_NAME FROM information_schema.EVENTS WHERE ${own('EVENT_SCHEMA')}`,
    ...(server.flavour === 'mysql'
      ? ["SELECT 'library', LIBRARY_SCHEMA, LIBRARY_NAME FROM information_schema.LIBRARIES"]
      : []),
  ];
  const found: string[] = [];
  for (const sql of lists) {
    for (const row of await server.query(sql)) {
      const [kind, schema, name] = Object.values(row).map(String);
      found.push(`${kind} ${schema}.${name}`);
    }
  }
  return found.sort();
}

interface BinlogEvent {
  readonly Pos: number;
  readonly Event_type: string;
  readonly Info: string;
  readonly End_log_pos: number;
}

/** The GTID set as it ends with the last transaction that begins before an offset. */
function lastTransactionBefore(events: readonly BinlogEvent[], offset: number): RegExp {
  const gtid = events.filter(({ Event_type, Pos }) => /^gtid$/i.test(Event_type) && Pos < offset).at(-1)?.Info ?? '';
  const [, last = 'none'] = /(\d+)'?(?: .*)?$/.exec(gtid) ?? [];
  return new RegExp(`[-:]${last}$`);
}

const oddObjects = [
  'CREATE DATABASE odd',
  'USE odd',
  'CREATE TABLE t (id INT PRIMARY KEY, n INT)',
  'INSERT INTO t VALUES (1, 0)',
  'CREATE USER plain@localhost',
  'create /* why; */ trigger bare before insert on t for each row set @x = 1',
  'create trigger if not exists odd.qualified before update on t for each row begin set @x = 1; end',
  'CREATE DEFINER=plain@localhost TRIGGER of_another AFTER DELETE ON t FOR EACH ROW SET @x = 2',
  'create definer=current_user() procedure bare() select 1',
  "CREATE PROCEDURE semicolons() BEGIN SELECT ';;\n'; SELECT 2; END",
  "SET sql_mode = 'ANSI_QUOTES'",
  'CREATE PROCEDURE "an""si"() SELECT \'x\' AS "y"',
  'CREATE TRIGGER "ansi trigger" AFTER INSERT ON t FOR EACH ROW SET @x = 3',
  'CREATE EVENT "ansi event" ON SCHEDULE EVERY 1 DAY DO SELECT 1',
  'CREATE VIEW "ansi view" AS SELECT id AS "q" FROM t',
  "SET sql_mode = ''",
  // mysqldump cannot be told to leave out one of them alone.
  'CREATE TABLE shown (id INT PRIMARY KEY)',
  'CREATE VIEW Shown AS SELECT id FROM shown',
];
const onlyMysql = [
  'CREATE LIBRARY js LANGUAGE JAVASCRIPT AS $$ export function f(n) { return n } $$',
  "CREATE JSON RELATIONAL DUALITY VIEW duality AS SELECT JSON_DUALITY_OBJECT('_id': id) FROM t",
  // In it no routine but this.
  'CREATE DATABASE only_js',
  'CREATE LIBRARY only_js.js LANGUAGE JAVASCRIPT AS $$ export function f(n) { return n } $$',
];
const onlyMariadb = [
  'CREATE OR REPLACE TRIGGER replaced BEFORE DELETE ON t FOR EACH ROW SET @x = 2',
  `CREATE AGGREGATE FUNCTION added(x INT) RETURNS INT DETERMINISTIC NO SQL BEGIN DECLARE s INT DEFAULT 0;
     DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END`,
  'CREATE SEQUENCE numbers START WITH 5',
  'CREATE ROLE somebody',
  'CREATE DEFINER=somebody PROCEDURE by_role() SELECT 1',
  "SET sql_mode = 'ORACLE'",
  'CREATE PACKAGE Pay AS PROCEDURE p1(); END',
  'CREATE PACKAGE BODY Pay AS PROCEDURE p1() AS BEGIN SELECT 1; END; END',
  'CREATE PROCEDURE oracle AS BEGIN NULL; END',
  'CREATE FUNCTION oracle(a INT) RETURN INT DETERMINISTIC AS BEGIN RETURN a; END',
  "SET sql_mode = ''",
];
