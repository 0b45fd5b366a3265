import { ByteCursor } from './byte-cursor.ts';
import { type LoggedColumn, metaBytes, skipValue } from './row-width.ts';

/** A table as the events behind its map mean it. */
export interface LoggedTable {
  readonly schema: string;
  readonly name: string;
  /** Undefined where a column is of a type that nobody here knows: its rows cannot be counted. */
  readonly columns?: readonly LoggedColumn[];
}

export type RowVerb = 'INSERT' | 'UPDATE' | 'DELETE';

/** What a row event is, by its type; undefined for any other event. */
export function rowEventOf(type: number): { verb: RowVerb; version: 1 | 2; compressed: boolean } | undefined {
  const [verb, version, compressed] = rowEvents.get(type) ?? [];
  return verb && version ? { verb, version, compressed: compressed ?? false } : undefined;
}

/** MySQL writes version 2; MariaDB version 1, and its own compressed ones. */
const rowEvents = new Map<number, [RowVerb, 1 | 2, boolean?]>([
  [23, ['INSERT', 1]],
  [24, ['UPDATE', 1]],
  [25, ['DELETE', 1]],
  [30, ['INSERT', 2]],
  [31, ['UPDATE', 2]],
  [32, ['DELETE', 2]],
  [39, ['UPDATE', 2]],
  [166, ['INSERT', 1, true]],
  [167, ['UPDATE', 1, true]],
  [168, ['DELETE', 1, true]],
  [169, ['INSERT', 2, true]],
  [170, ['UPDATE', 2, true]],
  [171, ['DELETE', 2, true]],
]);
/** Updates that hold only what changed within a JSON value. */
const partialUpdate = 39;

export function readTableMap(body: Uint8Array): { id: number; table: LoggedTable } {
  const cursor = new ByteCursor(body);
  const id = cursor.number(6);
  cursor.skip(2);
  const schema = cursor.utf8(cursor.number(1));
  cursor.skip(1);
  const name = cursor.utf8(cursor.number(1));
  cursor.skip(1);
  const types = [...cursor.take(cursor.packed())];
  cursor.packed();
  const columns: LoggedColumn[] = [];
  for (const type of types) {
    const bytes = metaBytes(type);
    if (bytes === undefined) return { id, table: { schema, name } };
    columns.push({ type, meta: cursor.number(bytes) });
  }
  return { id, table: { schema, name, columns } };
}

export function tableIdOf(body: Uint8Array): number {
  return new ByteCursor(body).number(6);
}

/** How many rows an event changes; undefined where that cannot be known. `body` may be cut off, as very large ones are. */
export function countRows(
  { type, body, whole }: { type: number; body: Uint8Array; whole: boolean },
  { columns }: LoggedTable,
  inflate: (bytes: Uint8Array) => Uint8Array | undefined,
): number | undefined {
  const event = rowEventOf(type);
  if (!event || !columns || !whole || type === partialUpdate) return undefined;
  const head = new ByteCursor(body);
  head.skip(8);
  if (event.version === 2) head.skip(head.number(2) - 2);
  const width = head.packed();
  const images = Array.from({ length: event.verb === 'UPDATE' ? 2 : 1 }, () => {
    return columns.filter(isSetIn(head.take(Math.ceil(width / 8))));
  });
  const rest = head.take(head.left);
  const rows = event.compressed ? inflate(rest) : rest;
  return rows && countIn(new ByteCursor(rows), images);
}

function countIn(cursor: ByteCursor, images: readonly (readonly LoggedColumn[])[]): number | undefined {
  let count = 0;
  while (cursor.left > 0) {
    for (const image of images) {
      const isNull = isSetIn(cursor.take(Math.ceil(image.length / 8)));
      for (const [index, column] of image.entries()) {
        if (!isNull(column, index) && !skipValue(cursor, column)) return undefined;
      }
    }
    count += 1;
  }
  return count;
}

function isSetIn(bits: Uint8Array): (_: unknown, index: number) => boolean {
  return (_, index) => (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
