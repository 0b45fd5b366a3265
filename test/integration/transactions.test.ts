import type { Connection } from 'mysql2/promise';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransactions } from '../../src/adapters/mysql/transactions.ts';
import { killStep } from '../../src/domain/kill-step.ts';
import { killTransaction } from '../../src/operations/kill-transaction.ts';
import { listTransactions } from '../../src/operations/list-transactions.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { dba, openBackupWorld } from '../support/backup-world.ts';
import { failureOf } from '../support/failure-of.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('transactions on $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  async function openWorld(restore = { user: 'root', password: server.rootPassword }) {
    const login = await createBackupUser(server);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login, source: { restore } });
    onTestFinished(() => world.state.close());
    return world;
  }

  /** A transaction that stays open, of a session of its own. */
  async function open(...statements: string[]): Promise<Connection> {
    const connection = await server.connect({ database: 'shop' });
    onTestFinished(() => connection.destroy());
    await connection.query('START TRANSACTION');
    for (const statement of statements) await connection.query(statement);
    return connection;
  }

  /** The sessions of the test before are gone: a statement with an emoji that still waits there keeps others from being seen. */
  async function alone(): Promise<void> {
    await expect
      .poll(async () => {
        const sessions = await server.query<{ Id: number; db: string | null }>('SHOW PROCESSLIST');
        const left = sessions.filter(({ db }) => db === 'shop');
        for (const { Id } of left) await server.query(`KILL CONNECTION ${Id}`).catch(() => undefined);
        return left.length;
      })
      .toBe(0);
  }

  async function freshTable(): Promise<void> {
    await alone();
    await server.query(
      'DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; CREATE TABLE shop.t (n INT PRIMARY KEY, email VARCHAR(99)) ENGINE=InnoDB',
    );
    await server.query("INSERT INTO shop.t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
  }

  async function list(world: Awaited<ReturnType<typeof openWorld>>, leastSeconds = 0) {
    const listed = await listTransactions(world, { principal: dba, leastSeconds });
    if (listed.kind === 'refused') throw new Error(listed.reason);
    return listed;
  }

  /** What is listed of a connection's; others may still be on their way out. */
  async function shownOf(world: Awaited<ReturnType<typeof openWorld>>, { threadId }: Connection) {
    const shown = (await list(world)).transactions.find(({ connection }) => connection === threadId);
    if (!shown) throw new Error('It is not listed.');
    return shown;
  }

  it('are listed as they are now, however often somebody else looks, and without a value in their statements', async () => {
    await freshTable();
    const world = await openWorld();
    // Kept from ever being renewed by the server: somebody reads the list all the time.
    const monitor = await server.connect();
    let watching = true;
    const watched = (async () => {
      while (watching) await monitor.query('SELECT trx_id FROM information_schema.INNODB_TRX');
    })();
    const mine = await open("UPDATE t SET email = 'asha@example.org' WHERE n < 3");
    const other = await open('SELECT * FROM t');
    const blocked = await open();
    const waiting = blocked.query("UPDATE t SET email = 'ben@example.org' WHERE n = 1");
    waiting.catch(() => undefined);
    watching = false;
    await watched;

    const longer = { timeout: 20_000 };
    await expect.poll(async () => (await list(world)).transactions.length, longer).toBe(3);
    const { transactions } = await list(world);
    const of = (connection: Connection) => transactions.find((one) => one.connection === connection.threadId);
    expect(of(mine)).toMatchObject({
      user: 'root',
      schema: 'shop',
      state: 'RUNNING',
      rowsChanged: 2,
      command: 'Sleep',
    });
    expect(of(other)).toMatchObject({ rowsChanged: 0 });
    expect(of(blocked)).toMatchObject({ state: 'LOCK WAIT', statement: 'UPDATE t SET email = ? WHERE n = ?' });
    expect(JSON.stringify(transactions)).not.toContain('example.org');
    expect(await list(world, 3600)).toMatchObject({ transactions: [], younger: 3 });
    await mine.query('ROLLBACK');
    await waiting;
    await blocked.query('ROLLBACK');
    await expect
      .poll(async () => (await list(world)).transactions.map(({ connection }) => connection))
      .toEqual([other.threadId]);
  });

  it('are listed while a statement has a character that MySQL cannot list, and what may be missing is said', async () => {
    await freshTable();
    const world = await openWorld();
    const mine = await open("UPDATE t SET email = 'asha@example.org' WHERE n < 3");
    const before = (await list(world)).transactions.find(({ connection }) => connection === mine.threadId);
    const blocked = await open();
    const waiting = blocked.query("UPDATE t SET email = 'ben@example.org 🪷' WHERE n = 1");
    waiting.catch(() => undefined);
    await expect.poll(async () => (await list(world)).transactions.length, { timeout: 10_000 }).toBe(2);

    const { transactions, complete } = await list(world);
    expect(complete).toBe(flavour.flavour === 'mariadb');
    const of = (connection: Connection) => transactions.find((one) => one.connection === connection.threadId);
    expect(of(mine)).toMatchObject({ id: before?.id, user: 'root', state: 'RUNNING', rowsChanged: 2 });
    expect(of(blocked)).toMatchObject({ state: 'LOCK WAIT', statement: 'UPDATE t SET email = ? WHERE n = ?' });
    if (!before) throw new Error('It was not listed.');
    const killing = await killTransaction(world, killStep('alumni', before), { principal: dba, approvedBy: ['ben'] });
    expect(killing.kind).toBe('killed');
    await waiting;
  });

  it('are ended when they are those that were shown, and roll back', async () => {
    await freshTable();
    const world = await openWorld();
    const victim = await open("UPDATE t SET email = 'x'");
    const shown = await shownOf(world, victim);
    const killing = await killTransaction(world, killStep('alumni', shown), { principal: dba, approvedBy: ['ben'] });
    expect(killing).toMatchObject({ kind: 'killed', transaction: { connection: victim.threadId } });
    await expect.poll(async () => (await list(world)).transactions).toEqual([]);
    expect(await server.query('SELECT COUNT(*) AS n FROM shop.t WHERE email = "x"')).toEqual([{ n: 0 }]);
    const actions = world.state.audit.list({ limit: 5 }).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(['transaction.killed', 'transaction.kill']);
  });

  it('are left alone when they have ended, or when their connection has begun another', async () => {
    await freshTable();
    const world = await openWorld();
    const victim = await open("UPDATE t SET email = 'x'");
    const shown = await shownOf(world, victim);
    const kill = () => killTransaction(world, killStep('alumni', shown), { principal: dba, approvedBy: ['ben'] });
    await victim.query('COMMIT; START TRANSACTION; UPDATE shop.t SET email = "y"');
    expect(await kill()).toMatchObject({ kind: 'changed', now: { connection: victim.threadId } });
    await victim.query('COMMIT');
    expect(await kill()).toEqual({ kind: 'gone' });
    expect(await server.query('SELECT DISTINCT email FROM shop.t')).toEqual([{ email: 'y' }]);
  });

  it('of others are not ended by who may not, and the GRANT is named', async () => {
    await freshTable();
    const world = await openWorld(await createBackupUser(server));
    const victim = await open("UPDATE t SET email = 'x'");
    const shown = await shownOf(world, victim);
    const kill = killTransaction(world, killStep('alumni', shown), { principal: dba, approvedBy: ['ben'] });
    const failure = await failureOf(() => kill);
    expect(failure).toMatchObject({ code: 'source-missing-grant' });
    expect(failure.hint).toContain('CONNECTION');
    expect(await shownOf(world, victim)).toMatchObject({ id: shown.id });
  });

  it('of others are not seen without PROCESS, which is said instead of an empty list', async () => {
    await server.query(`CREATE USER blind@'%' IDENTIFIED BY 'b'; GRANT SELECT ON *.* TO blind@'%'`);
    const { host, port } = server;
    const transactions = createTransactions({ name: 'alumni', host, port, user: 'blind', password: 'b' });
    expect((await failureOf(() => transactions.list())).code).toMatch(/^source-(missing-grant|settings)$/);
  });
});
