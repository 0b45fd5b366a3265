import { describe, expect, it } from 'vitest';
import {
  decideCuts,
  type LayoutOptions,
  layOutDump,
  type PlannedPart,
  type TableCut,
} from '../../src/domain/dump-layout.ts';
import { foldedName, type Inventory, type InventoryTable } from '../../src/domain/inventory.ts';

const MiB = 1024 * 1024;

function inventoryOf(tables: readonly InventoryTable[], more: Partial<Inventory> = {}): Inventory {
  const schemas = [...new Set(tables.map((table) => table.schema))];
  const none = { sequences: [], views: [], procedures: [], functions: [], triggers: [], events: [] };
  return { schemas, tables, ...none, ...more };
}

function table(name: string, bytes: number, more: Partial<InventoryTable> = {}): InventoryTable {
  const cutColumn = { name: 'id', type: 'integer' } as const;
  return { schema: 's', name, engine: 'InnoDB', transactional: true, bytes, estimatedRows: 1000, cutColumn, ...more };
}

/** Bounds as a server would find them: one fewer than ranges. */
function layOut(inventory: Inventory, options: LayoutOptions): PlannedPart[] {
  const cuts = [...decideCuts(inventory, options)].map(([{ schema, name }, ranges]): TableCut => {
    const bounds = Array.from({ length: ranges - 1 }, (_, index) => String((index + 1) * 10));
    return { schema, name, column: 'id', bounds };
  });
  const { parts } = layOutDump(inventory, cuts, { ...options, accounts: true });
  return parts.filter((part) => part.role === 'data');
}

describe('the layout of a dump', () => {
  it('leaves small databases in one part', () => {
    const parts = layOut(inventoryOf([table('a', MiB), table('b', 5 * MiB), table('c', 0)]), { maximumParts: 16 });
    expect(parts.map((part) => part.tables.map(({ name }) => name))).toEqual([['a', 'b', 'c']]);
  });

  it('cuts a big table into ranges of which the first and the last are open', () => {
    const parts = layOut(inventoryOf([table('big', 160 * MiB), table('small', MiB)]), { maximumParts: 4 });
    expect(parts.map(({ name, tables }) => [name, ...tables.map((each) => each.range ?? each.name)])).toEqual([
      ['parts/100-data.sql.zst', '`id` < 10'],
      ['parts/101-data.sql.zst', '`id` >= 10 AND `id` < 20'],
      ['parts/102-data.sql.zst', '`id` >= 20'],
      ['parts/103-data.sql.zst', 'small'],
    ]);
  });

  it('keeps a table without a key whole, however big', () => {
    const { cutColumn: _, ...keyless } = table('keyless', 900 * MiB);
    expect(layOut(inventoryOf([keyless]), { maximumParts: 8 })).toMatchObject([{ tables: [{ name: 'keyless' }] }]);
  });

  it('quotes the column that it cuts along', () => {
    const cut = { schema: 's', name: 't', column: 'a`b', bounds: ["X'00'"] };
    const { parts } = layOutDump(inventoryOf([table('t', 1)]), [cut], { maximumParts: 4, accounts: false });
    expect(parts.flatMap((part) => part.tables.map(({ range }) => range))).toEqual([
      "`a``b` < X'00'",
      "`a``b` >= X'00'",
    ]);
  });

  it('brings parts in restore order, and only those that hold something', () => {
    const name = [{ schema: 's', name: 'x' }];
    const full = inventoryOf([table('t', 1)], { views: name, functions: name, triggers: name, events: name });
    const roles = (inventory: Inventory, accounts: boolean) =>
      layOutDump(inventory, [], { maximumParts: 4, accounts }).parts.map((part) => part.role);
    expect(roles(full, true)).toEqual(['structure', 'data', 'routines', 'views', 'triggers', 'events', 'accounts']);
    expect(roles(inventoryOf([]), false)).toEqual(['structure']);
  });

  it('keeps tables together whose names a dump program cannot tell apart', () => {
    const twins = ['Twin', 'a', 'b', 'twin', 'c', 'TWIN'].map((name) => {
      const { cutColumn: _, ...plain } = table(name, 40 * MiB);
      return plain;
    });
    const parts = layOut(inventoryOf(twins), { maximumParts: 6 });
    const withTwin = parts.filter((part) => part.tables.some((each) => foldedName(each) === 's.twin'));
    expect(withTwin.map((part) => part.tables.map(({ name }) => name))).toEqual([['Twin', 'twin', 'TWIN']]);
  });

  it('never plans more parts than allowed, and every row of every table exactly once', () => {
    const chance = seededChance(7);
    for (let round = 0; round < 300; round += 1) {
      const count = Math.floor(chance() * 40);
      const tables = Array.from({ length: count }, (_, index) => {
        const whole = table(`t${index}`, Math.floor(chance() ** 6 * 3000 * MiB), { schema: `s${index % 3}` });
        const { cutColumn: __, ...keyless } = whole;
        return chance() < 0.3 ? keyless : whole;
      });
      const maximumParts = 1 + Math.floor(chance() * 16);
      const smallestPartBytes = chance() < 0.5 ? 32 * MiB : Math.floor(chance() * 8 * MiB) + 1;
      const parts = layOut(inventoryOf(tables), { maximumParts, smallestPartBytes });

      expect(parts.length).toBeLessThanOrEqual(maximumParts);
      expect(new Set(parts.map((part) => part.name)).size).toBe(parts.length);
      for (const { schema, name } of tables) {
        const pieces = parts.flatMap((part) =>
          part.tables.filter((each) => each.schema === schema && each.name === name),
        );
        const ranges = pieces.map((piece) => piece.range ?? '');
        // Each range begins where the one before ended; nothing before the first, nothing after the last.
        expect(ranges.map((range) => />= (\d+)/.exec(range)?.[1])).toEqual([
          undefined,
          ...ranges.slice(0, -1).map((range) => /< (\d+)/.exec(range)?.[1]),
        ]);
        expect(ranges.at(-1)).not.toContain('<');
        if (pieces.length > 1)
          expect(parts.filter((part) => part.tables.length > 1).flatMap((part) => part.tables)).not.toContain(
            pieces[0],
          );
      }
    }
  });
});

function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
