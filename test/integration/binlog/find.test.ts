import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { comparePlaces } from '../../../src/domain/binlog/segment.ts';
import {
  type FindStatement,
  type FoundStatements,
  findStatement,
} from '../../../src/operations/binlog/find-statement.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, dba, openBackupWorld } from '../../support/backup-world.ts';
import { startDatabaseServer } from '../../support/database-server.ts';
import { failureOf } from '../../support/failure-of.ts';
import { layOutFiles, replayFiles, startStream, whereServerWrites } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

/** Of every type that has a width of its own in the binlog. */
const wide = `CREATE TABLE shop.wide (id INT AUTO_INCREMENT PRIMARY KEY, a TINYINT, b SMALLINT, c MEDIUMINT, d BIGINT UNSIGNED, e FLOAT, f DOUBLE,
  g DECIMAL(30,7), h DATE, i TIME(3), j DATETIME(6), k TIMESTAMP(1) NULL, l YEAR, m CHAR(10), n CHAR(255), o VARCHAR(20), p VARCHAR(2000), q BINARY(9),
  r VARBINARY(300), s TINYBLOB, t BLOB, u MEDIUMTEXT, v LONGTEXT, w ENUM('x','y'), x SET('a','b','c'), y BIT(13), z JSON, aa GEOMETRY) ENGINE=InnoDB CHARSET=utf8mb4`;
const values = `NULL, 1, 2, 3, 18446744073709551615, 1.5, -2.5, 12345678901.1234567, '2026-01-02', '10:11:12.345', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05.1',
  2026, 'ä', REPEAT('🪷', 200), 'o', REPEAT('p', 1999), 'q', REPEAT('r', 299), 's', REPEAT('t', 400), REPEAT('u', 70000), 'v', 'y', 'a,c', b'1010101010101',
  '{"a": [1, 2]}', ST_GeomFromText('POINT(1 2)')`;

describe.each(everyFlavour)('find in the binlogs of $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const compress =
    flavour.flavour === 'mysql'
      ? 'SET SESSION binlog_transaction_compression = ON'
      : 'SET GLOBAL log_bin_compress = ON; SET GLOBAL log_bin_compress_min_len = 10';
  let world: BackupWorld;
  let directory: string;
  let end: () => Promise<void>;

  beforeAll(async () => {
    const login = await createBackupUser(server);
    directory = await mkdtemp(join(tmpdir(), 'tidemark-find-'));
    world = await openBackupWorld({ directory, server, login });
    await server.query(
      `CREATE DATABASE shop; CREATE TABLE shop.users (id INT PRIMARY KEY, email VARCHAR(99)) ENGINE=InnoDB;
       CREATE TABLE shop.orders (id INT PRIMARY KEY) ENGINE=InnoDB; ${wide}`,
    );
    // Tiny segments, so that transactions and files lie over several of them.
    const stream = startStream(world, { segmentBytes: 20_000 });
    end = () => stream.stop();
    const shipped = () => stream.standing()?.coverage[0]?.end ?? { file: '.0', end: 0 };
    // What is done before the stream looks for the first time may lie in a file before the first that it ships.
    await vi.waitFor(() => expect(shipped().end).toBeGreaterThan(0), 30_000);
    await server.query(
      "INSERT INTO shop.users VALUES (1, 'asha@example.org'), (2, 'ben@example.org'), (3, 'c@example.org')",
    );
    await server.query(`INSERT INTO shop.wide VALUES (${values}), (${values}), (NULL${', NULL'.repeat(27)})`);
    await server.query(
      `START TRANSACTION; UPDATE shop.users SET email = 'gone@example.org' WHERE id > 1; INSERT INTO shop.orders VALUES (1), (2);
       DELETE FROM shop.users WHERE email = 'gone@example.org'; COMMIT`,
    );
    await server.query('FLUSH BINARY LOGS');
    await server.query(
      `${compress}; START TRANSACTION; UPDATE shop.wide SET a = 9, v = REPEAT('w', 90000); DELETE FROM shop.wide; COMMIT`,
    );
    await server.query('USE shop; DROP /* not a comment of ours */ TABLE IF EXISTS orders, users');
    const { file, offset } = await whereServerWrites(server);
    // Not `caughtUp`, which polls as only tests may.
    await vi.waitFor(() => expect(comparePlaces(shipped(), { file, end: offset })).toBeGreaterThanOrEqual(0), 30_000);
  });
  afterAll(async () => {
    await end?.();
    world?.state.close();
    await rm(directory, { recursive: true });
  });

  async function find(wanted: string, change: Partial<FindStatement> = {}): Promise<FoundStatements> {
    const found = await findStatement(world, {
      principal: dba,
      wanted,
      signal: new AbortController().signal,
      ...change,
    });
    if (found.kind === 'refused') throw new Error(found.reason);
    return found;
  }
  const changes = async (wanted: string) => (await find(wanted)).candidates.map(({ changed }) => changed);

  it.each(['', ' ', '-- a comment', ';'])('there must be something to look for (%j)', async (wanted) => {
    expect(await failureOf(() => find(wanted))).toMatchObject({ code: 'usage' });
  });

  it('what was never done is not found, nor what was done to another table', async () => {
    for (const wanted of ['DROP TABLE user', 'DELETE FROM shop.orders', 'DELETE FROM other.users', 'TRUNCATE users']) {
      expect((await find(wanted)).candidates, wanted).toEqual([]);
    }
    expect(await find('DROP TABLE users')).toMatchObject({ unsearched: [], searched: { from: expect.any(Date) } });
  });

  it.each(['DROP TABLE users', 'drop  table `shop`.`users`', 'Drop Table If Exists users', 'drop table orders'])(
    'a DROP is found however it is written: %s',
    async (wanted) => {
      const { candidates } = await find(wanted);
      expect(candidates).toHaveLength(1);
      expect(candidates[0]).toMatchObject({
        schema: 'shop',
        statement: expect.stringMatching(/^DROP TABLE IF EXISTS `?orders/i),
      });
    },
  );

  it('rows are counted by what the binlog holds of them, whatever their columns are', async () => {
    expect(await changes('INSERT INTO wide')).toEqual([[{ verb: 'INSERT', table: 'shop.wide', rows: 3 }]]);
    expect(await changes('DELETE FROM shop.users')).toEqual([[{ verb: 'DELETE', table: 'shop.users', rows: 2 }]]);
    expect(await changes('update users set email')).toEqual([[{ verb: 'UPDATE', table: 'shop.users', rows: 2 }]]);
  });

  it('compressed transactions and events are searched too', async () => {
    expect(await changes('UPDATE wide')).toEqual([[{ verb: 'UPDATE', table: 'shop.wide', rows: 3 }]]);
    expect(await changes('DELETE FROM wide')).toEqual([[{ verb: 'DELETE', table: 'shop.wide', rows: 3 }]]);
  });

  it('values are never in the answer', async () => {
    const all = await Promise.all(['users', 'wide', 'DELETE FROM users'].map((wanted) => find(wanted)));
    expect(JSON.stringify(all.map(({ candidates }) => candidates))).not.toMatch(/example\.org|qqq|12345/);
    expect(all[0]?.candidates.length).toBeGreaterThan(2);
  });

  it('the newest come first, and no more than wanted', async () => {
    const { candidates } = await find('users');
    const places = candidates.map(({ file, position }) => `${file}:${String(position).padStart(9, '0')}`);
    expect(places).toEqual([...places].sort().reverse());
    expect(await find('users', { most: 1 })).toMatchObject({ candidates: [candidates[0]], more: true });
  });

  it('a span without any of it has none, and one that is not shipped says so', async () => {
    const yesterday = new Date(Date.now() - 86_400_000);
    expect(await find('users', { until: yesterday })).toMatchObject({ candidates: [], searched: null });
    expect((await find('users', { since: yesterday })).candidates.length).toBeGreaterThan(2);
  });

  it('damaged segments are named, and the rest is searched', async () => {
    const keys: string[] = [];
    const { primary } = world.repositories;
    for await (const { key } of primary.list('alumni/binlog/')) if (key.includes('/segments/')) keys.push(key);
    const damaged = {
      ...primary,
      get: (key: string, options: object) => primary.get(key === keys.sort()[0] ? (keys.at(-1) ?? '') : key, options),
    };
    const partly = { ...world, repositories: { primary: damaged, copies: [] } } as BackupWorld;
    const found = await findStatement(partly, {
      principal: dba,
      wanted: 'DROP TABLE users',
      signal: new AbortController().signal,
    });
    expect(found).toMatchObject({
      candidates: [{ schema: 'shop' }],
      unsearched: [expect.stringContaining('binlog.0')],
    });
  });

  it('replaying to just before what was found brings back what it destroyed', async () => {
    const [dropped] = (await find('DROP TABLE users')).candidates;
    const [deleted] = (await find('DELETE FROM users')).candidates;
    if (!dropped || !deleted) throw new Error('It was not found.');
    const paths = await layOutFiles(world, temporaryDirectory());
    const target = await startDatabaseServer({ flavour });
    onTestFinished(() => target.stop());
    const upTo = ({ file }: { file: string }) => paths.slice(0, paths.findIndex((path) => path.endsWith(file)) + 1);
    const users = () => target.query('SELECT COUNT(*) AS n FROM shop.users');

    await replayFiles(target, upTo(deleted), [`--stop-position=${deleted.position}`]);
    expect(await users()).toEqual([{ n: 3 }]);
    const onwards = [`--start-position=${deleted.position}`, `--stop-position=${dropped.position}`];
    await replayFiles(target, paths.slice(upTo(deleted).length - 1, upTo(dropped).length), onwards);
    expect(await users()).toEqual([{ n: 1 }]);
  });
});
