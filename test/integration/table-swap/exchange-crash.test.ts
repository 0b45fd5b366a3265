import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TableSwap } from '../../../src/domain/table-swap/table-swap.ts';
import { exchangeTables, turnBack } from '../../../src/operations/table-swap/exchange-tables.ts';
import { findSwap } from '../../../src/operations/table-swap/stored-swaps.ts';
import type { World } from '../../../src/operations/world.ts';
import { makeFamily } from '../../support/family.ts';
import {
  besideLive,
  describeSchemas,
  keepMilliseconds,
  openTableScene,
  type TableScene,
} from '../../support/table-scene.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const request = { keepMilliseconds, signal: new AbortController().signal };

describe.each(everyFlavour)('an exchange on $name that is cut off', (flavour) => {
  const server = useDatabaseServer(flavour);
  const other = useDatabaseServer(flavour);
  let directory: string;
  let scene: TableScene;
  let before: Record<string, unknown>;
  let swap: TableSwap;
  let exchangeAt: number;

  beforeAll(async () => {
    for (const each of [server, other]) await makeFamily(each);
    await server.query("UPDATE club.members SET name = 'Bob' WHERE id = 2");
    directory = mkdtempSync(join(tmpdir(), 'tidemark-exchange-'));
    scene = await openTableScene(directory, server, other);
    before = await describeSchemas(server, ['club', 'archive']);
    swap = await besideLive(scene, { schema: 'club', name: 'members' });
    exchangeAt = swap.steps.findIndex((step) => step.exchanges);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('goes on where it was at every step, both ways, and at every moment one whole table serves', async () => {
    const runs = 2 * swap.steps.length;
    for (let run = 0; run < runs; run += 1) {
      await cutOff(exchangeTables);
      expect(await nameThatServes()).toBe(run >= 2 * exchangeAt ? 'Bo' : 'Bob');
    }
    expect(await exchangeTables(scene.world, stored(), { target: scene.live, ...request })).toMatchObject({
      kind: 'exchanged',
    });
    for (let run = 0; run < runs; run += 1) {
      await cutOff(turnBack);
      expect(await nameThatServes()).toBe(run >= runs - 2 * exchangeAt - 2 ? 'Bob' : 'Bo');
    }
    await backAsBefore();
  });

  it('is turned back from wherever a kill -9 has left it', async () => {
    const named = swap.steps.findIndex((step) => step.locked);
    // Right behind the exchange on one flavour, with the table locked on the other.
    const at = flavour.flavour === 'mysql' ? 2 * named + 2 : 2 * exchangeAt + 1;
    swap = await besideLive(scene, { schema: 'club', name: 'members' }, `s-${at}`);
    before = await describeSchemas(server, ['club', 'archive']);
    dieAt(at);
    expect(stored().phase).toBe('exchanging');
    expect(await nameThatServes()).toBe('Bo');
    await backAsBefore();
  });

  /** As far as the next crash point. */
  async function cutOff(act: typeof exchangeTables): Promise<void> {
    const world: World = {
      ...scene.world,
      crashPoint: () => {
        throw new Error('cut off');
      },
    };
    await expect(act(world, stored(), { target: scene.live, ...request })).rejects.toThrow('cut off');
  }

  function dieAt(at: number): void {
    const { port, rootPassword, clientDir } = server;
    const order = { directory, live: { port, rootPassword, clientDir }, id: swap.id, back: false, at };
    const program = new URL('../../support/exchange-child.ts', import.meta.url).pathname;
    const child = spawnSync(process.execPath, [program, JSON.stringify(order)], { encoding: 'utf8' });
    expect(child.signal, `${at}: ${child.stdout}${child.stderr}`).toBe('SIGKILL');
  }

  async function backAsBefore(): Promise<void> {
    const back = await turnBack(scene.world, stored(), { target: scene.live, ...request });
    if (back.kind !== 'turned-back') throw new Error(JSON.stringify(back));
    const { [`club.${swap.copy.name}`]: _, ...now } = await describeSchemas(server, ['club', 'archive']);
    const { [`club.${swap.copy.name}`]: __, ...then } = before;
    expect(now).toEqual(then);
    // The table beside is in nobody's way, but its rows were not part of what was there.
    await server.query(`DROP TABLE \`club\`.\`${swap.copy.name}\``);
    await other.query(`RENAME TABLE club.\`${swap.copy.name}\` TO club.members`);
  }

  async function nameThatServes(): Promise<string | undefined> {
    const [row] = await server.query<{ name: string }>('SELECT name FROM club.members WHERE id = 2');
    return row?.name;
  }

  function stored(): TableSwap {
    const found = findSwap(scene.world, swap.id);
    if (!found) throw new Error(`there is no exchange ${swap.id}`);
    return found;
  }
});
