import { beforeAll, describe, expect, it } from 'vitest';
import { createInspection } from '../../src/adapters/mysql/inspection.ts';
import { countOrphans, listForeignKeys, readForeignKeys } from '../../src/domain/checklist/foreign-keys.ts';
import type { Question } from '../../src/ports/inspection.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('questions to $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  beforeAll(async () => {
    await server.query(
      `CREATE DATABASE shop; CREATE TABLE shop.t (n INT PRIMARY KEY, name VARCHAR(50), bytes VARBINARY(9)) ENGINE=InnoDB;
       INSERT INTO shop.t VALUES (1, 'Zoë 🪷', x'00ff'), (2, NULL, NULL), (3, 'c', '')`,
    );
  });
  const ask = (sql: string, change: Partial<Question> = {}, signal = new AbortController().signal) => {
    const { host, port, rootPassword } = server;
    const login = { name: 'alumni', host, port, user: 'root', password: rootPassword };
    return createInspection(login).ask({ sql, limitMilliseconds: 20_000, mostRows: 100, ...change }, signal);
  };
  const rowsOf = async (sql: string) => {
    const answer = await ask(sql, { schema: 'shop' });
    return answer.kind === 'answered' ? answer.rows : answer.reason;
  };

  it.each([
    'INSERT INTO shop.t VALUES (9, NULL, NULL)',
    'UPDATE shop.t SET name = NULL',
    'DELETE FROM shop.t',
    'SELECT 1; DELETE FROM shop.t',
  ])('change nothing, whatever is asked: %s', async (sql) => {
    expect(await ask(sql)).toMatchObject({ kind: 'unanswered', timedOut: false });
    expect(await rowsOf('SELECT COUNT(*) FROM t')).toEqual([['3']]);
  });

  it('are given up when they take too long, and nothing of them goes on', async () => {
    const slow = 'SELECT COUNT(*) FROM shop.t a JOIN shop.t b WHERE SLEEP(60) = 0';
    const reason = 'not answered within 0.3 s';
    expect(await ask(slow, { limitMilliseconds: 300 })).toEqual({ kind: 'unanswered', timedOut: true, reason });
    await expect.poll(async () => running('SLEEP(60)')).toEqual([]);
  });

  it('are given up when whoever asked has gone', async () => {
    const gone = new AbortController();
    const asked = ask('SELECT SLEEP(61)', {}, gone.signal);
    await expect.poll(async () => (await running('SLEEP(61)')).length).toBe(1);
    gone.abort(new Error('nobody waits'));
    await expect(asked).rejects.toThrow('nobody waits');
    await expect.poll(async () => running('SLEEP(61)')).toEqual([]);
  });

  async function running(part: string): Promise<unknown[]> {
    const sessions = await server.query<{ Info: string | null }>('SHOW FULL PROCESSLIST');
    return sessions.filter(({ Info }) => Info?.includes(part));
  }

  it('get the words of the server where they name tables, and a number where they may quote values', async () => {
    expect(await rowsOf('SELECT 1 FROM absent')).toMatch(/Table 'shop\.absent' doesn't exist/);
    expect(await rowsOf('SELECT email FROM t')).toMatch(/Unknown column '(t\.)?email'/);
    expect(await rowsOf("SELECT 'x' REGEXP '(asha@example.org'")).toMatch(/^the server refuses it with error \d+$/);
  });

  it('are answered in text, bytes in hex, and no further than wanted', async () => {
    const answer = await ask('SELECT * FROM t ORDER BY n', { schema: 'shop', mostRows: 2 });
    expect(answer).toMatchObject({
      columns: ['n', 'name', 'bytes'],
      rows: [
        ['1', 'Zoë 🪷', '0x00ff'],
        ['2', null, null],
      ],
      more: true,
    });
    expect(await ask('SELECT * FROM shop.t', { mostRows: 3 })).toMatchObject({ more: false });
  });

  it('can be put as of a moment: NOW() is what it was when the data was of', async () => {
    const answer = await ask('SELECT NOW() AS now', { asOf: new Date('2024-02-29T10:11:12Z') });
    expect(answer).toMatchObject({ rows: [['2024-02-29 10:11:12']] });
  });

  it('find the orphans of every kind of foreign key, and take no NULL for one', async () => {
    await server.query(
      `CREATE DATABASE a; CREATE DATABASE \`b\`\`1\`;
       CREATE TABLE \`b\`\`1\`.parent (x INT, y VARCHAR(9), PRIMARY KEY (x, y)) ENGINE=InnoDB;
       CREATE TABLE a.child (id INT PRIMARY KEY, x INT, y VARCHAR(9), boss INT,
         CONSTRAINT composite FOREIGN KEY (x, y) REFERENCES \`b\`\`1\`.parent (x, y),
         CONSTRAINT itself FOREIGN KEY (boss) REFERENCES a.child (id)) ENGINE=InnoDB;
       SET SESSION foreign_key_checks = 0;
       INSERT INTO \`b\`\`1\`.parent VALUES (1, 'a');
       INSERT INTO a.child VALUES (1, 1, 'a', 1), (2, 1, 'b', 7), (3, NULL, 'zz', NULL), (4, 9, NULL, 2), (5, 2, 'a', 8)`,
    );
    const listed = await ask(listForeignKeys(['a', 'b`1']).sql, { values: [['a', 'b`1']] });
    const keys = readForeignKeys(listed.kind === 'answered' ? listed.rows : []);
    expect(keys.map(({ name, columns }) => [name, columns.length])).toEqual([
      ['composite', 2],
      ['itself', 1],
    ]);
    const counts = await Promise.all(keys.map((key) => rowsOf(countOrphans(key))));
    expect(counts).toEqual([[['2']], [['2']]]);
  });
});
