import { beforeAll, describe, expect, it } from 'vitest';
import { exchangeTables } from '../../../src/operations/table-swap/exchange-tables.ts';
import type { TestServer } from '../../support/database-server.ts';
import { makeOddNames, nastyTables, oddNames, onlyMariadb, onlyMysql } from '../../support/nasty-data.ts';
import { besideLive, keepMilliseconds, openTableScene, rootOf } from '../../support/table-scene.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const signal = new AbortController().signal;

describe.each(everyFlavour)('tables of $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const other = useDatabaseServer(flavour);
  beforeAll(async () => {
    for (const each of [server, other]) {
      const connection = await each.connect();
      const own = flavour.flavour === 'mysql' ? onlyMysql : onlyMariadb;
      for (const statement of [...nastyTables, ...own]) await connection.query(statement);
      await connection.end();
      await makeOddNames(each);
    }
  });

  it('are compared piece by piece along whatever key they have, and differ where they differ', async () => {
    const keys: [string, string][] = [
      ['number', 'INT'],
      ['word', 'VARCHAR(20) COLLATE utf8mb4_general_ci'],
      ['bytes', 'BINARY(4)'],
      ['amount', 'DECIMAL(20,5)'],
      ['moment', 'DATETIME(3)'],
    ];
    const values: Record<string, (n: number) => string> = {
      number: (n) => String(n - 50),
      word: (n) => `'${n % 2 ? 'ä' : 'A'}${n}'`,
      bytes: (n) => `0x00${n.toString(16).padStart(2, '0')}27FF`,
      amount: (n) => `${n}.00001`,
      moment: (n) => `'2026-01-01 00:00:00.${String(n).padStart(3, '0')}'`,
    };
    const tables = (await rootOf(server, 'alumni')).tables;
    for (const [name, type] of keys) {
      const value = values[name] as (n: number) => string;
      const rows = (of: number[]) => of.map((n) => `(${value(n)}, ${n % 3}, '${n}')`).join(', ');
      const some = Array.from({ length: 100 }, (_, n) => n);
      await server.query(`CREATE DATABASE IF NOT EXISTS keyed;
        CREATE TABLE keyed.${name}_a (k ${type}, part INT, v VARCHAR(20), PRIMARY KEY (part, k)); CREATE TABLE keyed.${name}_b LIKE keyed.${name}_a;
        INSERT INTO keyed.${name}_a VALUES ${rows(some.filter((n) => n !== 13))};
        INSERT INTO keyed.${name}_b VALUES ${rows(some.filter((n) => n < 70))};
        UPDATE keyed.${name}_b SET v = NULL WHERE v = '20'`);
      const [a, b] = await Promise.all(
        ['a', 'b'].map((end) => tables.describe({ schema: 'keyed', name: `${name}_${end}` })),
      );
      if (!a || !b) throw new Error('not there');
      for (const pieceRows of [3, 1000]) {
        expect(await tables.compare(a, b, { signal, pieceRows }), name).toMatchObject({
          ...{ kind: 'compared', by: 'key', recovered: 99, live: 70 },
          onlyRecovered: { rows: 30 },
          onlyLive: { rows: 1 },
          changed: { rows: 1 },
        });
      }
      expect(await tables.compare(a, a, { signal, pieceRows: 7 })).toMatchObject({
        ...{ onlyRecovered: { rows: 0 }, onlyLive: { rows: 0 }, changed: { rows: 0 } },
      });
    }
  });

  it('of every kind come beside as they are, and equal what they were copied from', async () => {
    const scene = await openTableScene(temporaryDirectory(), server, other);
    const names = [
      'no_rows',
      'no_key',
      'computed',
      'bytes',
      'kinds',
      'latin',
      'myisam',
      'parted',
      'zero',
      'Twin',
      'café',
      'invisible',
    ];
    for (const name of [...names, ...(flavour.flavour === 'mysql' ? ['gipk'] : [])]) {
      const swap = await besideLive(scene, { schema: 'nasty', name }, `s-${name}`);
      expect(swap.comparison, name).toMatchObject({
        ...{ kind: 'compared', by: name === 'no_key' ? 'rows' : 'key' },
        ...{ onlyRecovered: { rows: 0 }, onlyLive: { rows: 0 }, changed: { rows: 0 } },
      });
    }
    await server.query(
      "INSERT INTO nasty.no_key VALUES (1, 'x'), (NULL, ''); DELETE FROM nasty.no_key WHERE a IS NULL AND b IS NULL",
    );
    const scratch = await namesOf(other, 'no_key');
    await other.query(`RENAME TABLE nasty.\`${scratch}\` TO nasty.no_key`);
    expect((await besideLive(scene, { schema: 'nasty', name: 'no_key' }, 's-changed')).comparison).toMatchObject({
      ...{ by: 'rows', recovered: 3, live: 4, onlyRecovered: { rows: 1 }, onlyLive: { rows: 2 } },
    });
  });

  it('of the oddest names are exchanged', async () => {
    const scene = await openTableScene(temporaryDirectory(), server, other);
    // The others are spelled by characters that these have, too.
    for (const name of oddNames.filter((odd) => /[`'\\\n✓-]/.test(odd))) {
      const table = { schema: name, name };
      const swap = await besideLive(scene, table, `s-${oddNames.indexOf(name)}`);
      expect(swap.comparison, name).toMatchObject({ kind: 'compared', recovered: 2, live: 2, changed: { rows: 0 } });
      expect(
        await exchangeTables(scene.world, swap, { target: scene.live, keepMilliseconds, signal }),
        name,
      ).toMatchObject({ kind: 'exchanged' });
    }
  });

  async function namesOf(on: TestServer, base: string): Promise<string> {
    const [row] = await on.query<{ name: string }>(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'nasty' AND TABLE_NAME LIKE ?",
      [`${base.replaceAll('_', '\\_')}\\_tidemark%`],
    );
    return row?.name ?? '';
  }
});
