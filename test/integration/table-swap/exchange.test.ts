import { describe, expect, it } from 'vitest';
import { exchangeTables, turnBack } from '../../../src/operations/table-swap/exchange-tables.ts';
import { writesLost } from '../../../src/operations/table-swap/writes-lost.ts';
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
});
