import type { TableName } from '../manifest.ts';

/** What everything is called that stands beside a table while it is exchanged. */
export interface SwapNames {
  readonly table: TableName;
  /** The recovered table, until it serves. */
  readonly copy: TableName;
  /** The one that served before, from then on. */
  readonly old: TableName;
  /** Begins the names of constraints and triggers that have to wait for their own. */
  readonly mark: string;
}

/** A name has 64 characters at most, and servers append `_ibfk_1` and the like. */
const longestBase = 36;

/** `mark` is some letters and digits that nobody has used before. */
export function swapNames(table: TableName, mark: string): SwapNames {
  const base = [...table.name].slice(0, longestBase).join('');
  const beside = (what: string) => ({ schema: table.schema, name: `${base}_tidemark_${mark}_${what}` });
  return { table, copy: beside('copy'), old: beside('old'), mark: `tidemark_${mark}` };
}

/** Draws marks until one leaves nothing in its way: names that differ by case alone are one name to some servers. */
export function freeSwapNames(table: TableName, namesThere: readonly string[], draw: () => string): SwapNames {
  const there = new Set(namesThere.map((name) => name.toLowerCase()));
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const names = swapNames(table, draw());
    if (![names.copy.name, names.old.name].some((name) => there.has(name.toLowerCase()))) return names;
  }
  throw new Error('no name is free beside the table');
}

/** The letters in the name of a table beside. */
export function markOf(name: string): string | undefined {
  return /_tidemark_([a-z0-9]+)_(?:copy|old)$/.exec(name)?.[1];
}
