import { describe, expect, it } from 'vitest';
import type { Principal } from '../../../src/domain/principal.ts';
import { exchangeBeside, listTables, undoExchange } from '../../../src/operations/table-swap/decide-swap.ts';
import { dropAside } from '../../../src/operations/table-swap/drop-aside.ts';
import { exchangeTables, turnBack } from '../../../src/operations/table-swap/exchange-tables.ts';
import { writesLost } from '../../../src/operations/table-swap/writes-lost.ts';
import type { TestServer } from '../../support/database-server.ts';
import { makeFamily } from '../../support/family.ts';
import { besideLive, describeSchemas, keepMilliseconds, openTableScene } from '../../support/table-scene.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const signal = new AbortController().signal;
const request = { keepMilliseconds, signal };

describe.each(everyFlavour)('a recovered table on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const other = useDatabaseServer(flavour);

  it('takes the place of one with parents, children, checks and triggers, and gives it back', async () => {
    for (const each of [server, other]) await makeFamily(each);
    const scene = await openTableScene(temporaryDirectory(), server, other);
    const whole = await describeSchemas(server, ['club', 'archive']);
    await server.query(
      "USE club; UPDATE members SET name = 'Bob' WHERE id = 2; DELETE FROM log; INSERT INTO members (id, name, age) VALUES (9, 'Di', 40)",
    );
    const damaged = await describeSchemas(server, ['club', 'archive']);

    const swap = await besideLive(scene, { schema: 'club', name: 'members' });
    expect(swap.comparison).toMatchObject({
      kind: 'compared',
      by: 'key',
      recovered: 3,
      live: 4,
      onlyRecovered: { rows: 0 },
      onlyLive: { rows: 1, sample: ['9'] },
      changed: { rows: 1, sample: ['2'] },
    });
    const exchanged = await exchangeTables(scene.world, swap, { target: scene.live, ...request });
    if (exchanged.kind !== 'exchanged') throw new Error(JSON.stringify(exchanged));
    const now = await describeSchemas(server, ['club', 'archive']);
    delete now[`club.${swap.old.name}`];
    expect({ ...now, 'club.log': 0 }).toEqual({ ...whole, 'club.log': 0 });

    await server.query(
      "USE club; INSERT INTO members (id, name, age) VALUES (11, 'Ed', 41), (12, 'Flo', 42); DELETE FROM members WHERE id = 12",
    );
    expect(await server.query('SELECT what FROM club.log ORDER BY n DESC LIMIT 5')).toEqual(
      ['gone', 'again ü', 'tell Flo', 'again ü', 'tell Ed'].map((what) => ({ what })),
    );
    await expect(server.query('INSERT INTO club.dues VALUES (7, 9)')).rejects.toThrow(/foreign key/i);
    await expect(server.query("INSERT INTO club.members (name, age) VALUES ('X', 3)")).rejects.toThrow(/grown/i);
    expect(await writesLost(exchanged.swap, { target: scene.live, owner: 'test', signal })).toEqual({
      kind: 'counted',
      inserted: 2,
      updated: 0,
      deleted: 1,
    });

    const back = await turnBack(scene.world, exchanged.swap, { target: scene.live, ...request });
    expect(back.kind).toBe('turned-back');
    const again = await describeSchemas(server, ['club', 'archive']);
    delete again[`club.${swap.copy.name}`];
    expect({ ...again, 'club.log': 0 }).toEqual({ ...damaged, 'club.log': 0 });
  });

  it('is exchanged by another person while people write, kept, turned back knowingly, and dropped when its time is over', async () => {
    await server.query('DROP DATABASE IF EXISTS archive; DROP DATABASE IF EXISTS club');
    await other.query('DROP DATABASE IF EXISTS archive; DROP DATABASE IF EXISTS club');
    for (const each of [server, other]) await makeFamily(each);
    const scene = await openTableScene(temporaryDirectory(), server, other);
    const { world } = scene;
    const { id, copy, old } = await besideLive(scene, { schema: 'club', name: 'members' });
    const [asha, ravi] = ['asha', 'ravi'].map(
      (name): Principal => ({ name, via: 'shell', roles: { '*': ['approver'] } }),
    );
    if (!asha || !ravi) throw new Error('nobody');
    expect(await exchangeBeside(world, { principal: asha, id, signal })).toMatchObject({
      refusal: { why: 'self-approval' },
    });
    const viewer: Principal = { name: 'vi', via: 'shell', roles: { '*': ['viewer'] } };
    expect(await exchangeBeside(world, { principal: viewer, id, signal })).toMatchObject({ reason: 'not-allowed' });

    const writers = [
      startWriter(server, 'INSERT INTO club.dues VALUES (?, 1)'),
      startWriter(server, 'UPDATE club.members SET age = age + ? * 0 + 1 WHERE id = 1'),
    ];
    const exchanged = await exchangeBeside(world, { principal: ravi, id, signal });
    expect(exchanged).toMatchObject({ kind: 'done', swap: { phase: 'exchanged' } });
    const [dues = 0, birthdays = 0] = await Promise.all(writers.map((writer) => writer.stop()));
    expect(await server.query('SELECT COUNT(*) - 2 AS n FROM club.dues')).toEqual([{ n: dues }]);
    const [ages] = await server.query<{ n: number }>(
      `SELECT (SELECT age FROM club.members WHERE id = 1) - 50 + (SELECT age FROM club.\`${old.name}\` WHERE id = 1) - 50 AS n`,
    );
    expect(Number(ages?.n)).toBe(birthdays);
    expect(dues).toBeGreaterThan(0);

    await server.query("UPDATE club.members SET name = 'Ann-Mari' WHERE id = 1");
    const refused = await undoExchange(world, { principal: asha, id, signal });
    expect(refused).toMatchObject({ refusal: { why: 'no-plan', problem: expect.stringMatching(/loses .* updated/) } });
    await server.query('ALTER TABLE club.members ADD COLUMN late INT');
    expect(await undoExchange(world, { principal: asha, id, loseWrites: true, signal })).toMatchObject({
      refusal: { problem: expect.stringContaining('was changed since the exchange') },
    });
    await server.query('ALTER TABLE club.members DROP COLUMN late');
    expect(await undoExchange(world, { principal: asha, id, loseWrites: true, signal })).toMatchObject({
      swap: { phase: 'turned-back' },
    });
    expect(await server.query('SELECT name FROM club.members WHERE id = 1')).toEqual([{ name: 'Ann' }]);

    const inAWeek = new Date(world.clock.now().getTime() + 8 * 24 * 3600_000);
    expect(await dropAside(world, world.clock.now())).toEqual([]);
    const copied = `club.\`${copy.name}\``;
    await server.query(`CREATE TABLE club.user_of_it (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES ${copied} (id))`);
    expect(await dropAside(world, inAWeek)).toEqual([]);
    await server.query('DROP TABLE club.user_of_it');
    expect(await dropAside(world, new Date(inAWeek.getTime() + 2 * 3600_000))).toMatchObject([{ id }]);
    expect(await server.query("SELECT 1 FROM information_schema.TABLES WHERE TABLE_NAME LIKE '%tidemark%'")).toEqual(
      [],
    );
    expect(listTables(world, asha)).toEqual({ kind: 'tables', swaps: [] });
  });
});

/** Writes one row after another, each of which has to be taken. */
function startWriter(server: TestServer, sql: string): { stop(): Promise<number> } {
  let open = true;
  let written = 0;
  const work = (async () => {
    const connection = await server.connect();
    while (open) {
      await connection.query(sql, [1000 + written]);
      written += 1;
    }
    await connection.end();
  })();
  return {
    async stop() {
      open = false;
      await work;
      return written;
    },
  };
}
