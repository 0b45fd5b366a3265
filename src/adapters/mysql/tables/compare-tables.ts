import { quoteName, quoteTable } from '../../../domain/manifest.ts';
import { inRange, type KeyRange, type KeyValues, keyText } from '../../../domain/table-swap/key-range.ts';
import { rowHash } from '../../../domain/table-swap/row-hash.ts';
import type { Difference, TableComparison } from '../../../domain/table-swap/table-comparison.ts';
import type { ColumnFacts, TableFacts } from '../../../domain/table-swap/table-facts.ts';
import type { ComparisonOptions } from '../../../ports/tables.ts';
import type { Session } from '../connection.ts';
import { compareByRows } from './compare-by-rows.ts';
import type { Compared } from './compared.ts';

const sampleSize = 5;

/** Sums up one piece after another on both sides, and looks closer only where the sums differ. All of it in one snapshot. */
export async function compareTables(
  session: Session,
  recovered: TableFacts,
  live: TableFacts,
  options: ComparisonOptions,
): Promise<TableComparison> {
  const compared: Compared = { recovered, live, columns: common(recovered, live) };
  await session.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  const key = commonKey(recovered, live);
  const found = key
    ? await compareByKey(session, compared, key, options)
    : await compareByRows(session, compared, options);
  if (found.kind !== 'compared') return found;
  return {
    ...found,
    columnsOnlyRecovered: namesOnlyIn(recovered, live),
    columnsOnlyLive: namesOnlyIn(live, recovered),
  };
}

async function compareByKey(
  session: Session,
  compared: Compared,
  key: readonly string[],
  { signal, pieceRows = 4000, onRows = () => {} }: ComparisonOptions,
): Promise<TableComparison> {
  const total = { recovered: 0, live: 0 };
  const differences = { onlyRecovered: nothing(), onlyLive: nothing(), changed: nothing() };
  let after: KeyValues | undefined;
  do {
    signal.throwIfAborted();
    const upTo = await pieceEnd(session, compared, key, after, pieceRows);
    const range = { after, upTo };
    const here = await sumUp(session, compared.recovered, compared.columns, key, range);
    const there = await sumUp(session, compared.live, compared.columns, key, range);
    total.recovered += here.rows;
    total.live += there.rows;
    onRows(total.recovered + total.live);
    if (here.rows !== there.rows || here.sum !== there.sum) {
      await lookCloser(session, compared, key, range, differences);
    }
    after = upTo;
  } while (after);
  return { kind: 'compared', by: 'key', ...total, ...differences, columnsOnlyRecovered: [], columnsOnlyLive: [] };
}

/** The key at which this piece ends: neither table has more than so many rows in it. Undefined for the last one. */
async function pieceEnd(
  session: Session,
  { recovered, live }: Compared,
  key: readonly string[],
  after: KeyValues | undefined,
  rows: number,
): Promise<KeyValues | undefined> {
  const columns = key.map(quoteName).join(', ');
  const values: unknown[] = [];
  const furthest = [recovered, live].map((table) => {
    const within = inRange(key, { after }, 't');
    values.push(...within.values);
    return `(SELECT ${columns} FROM ${quoteTable(table)} t WHERE ${within.sql} ORDER BY ${columns} LIMIT 1 OFFSET ${rows - 1})`;
  });
  const [end] = await session.query<Record<string, unknown>>(
    `SELECT ${columns} FROM (${furthest.join(' UNION ALL ')}) ends ORDER BY ${columns} LIMIT 1`,
    values,
  );
  return end && key.map((column) => end[column]);
}

async function sumUp(
  session: Session,
  table: TableFacts,
  columns: readonly ColumnFacts[],
  key: readonly string[],
  range: KeyRange,
): Promise<{ rows: number; sum: string }> {
  const within = inRange(key, range, 't');
  const [row] = await session.query<{ n: string | number; total: string | number }>(
    `SELECT COUNT(*) AS n, BIT_XOR(${rowHash(columns, 't')}) AS total FROM ${quoteTable(table)} t WHERE ${within.sql}`,
    within.values,
  );
  return { rows: Number(row?.n), sum: String(row?.total) };
}

async function lookCloser(
  session: Session,
  { recovered, live, columns }: Compared,
  key: readonly string[],
  range: KeyRange,
  differences: { onlyRecovered: Difference; onlyLive: Difference; changed: Difference },
): Promise<void> {
  const [here, there] = [quoteTable(recovered), quoteTable(live)];
  const sameKey = key.map((column) => `a.${quoteName(column)} = b.${quoteName(column)}`).join(' AND ');
  const within = inRange(key, range, 'a');
  const missing = `b.${quoteName(key[0] ?? '')} IS NULL`;
  const joined = (one: string, other: string) =>
    `FROM ${one} a LEFT JOIN ${other} b ON ${sameKey} WHERE ${within.sql} AND ${missing}`;
  const differ = `FROM ${here} a JOIN ${there} b ON ${sameKey} WHERE ${within.sql} AND ${rowHash(columns, 'a')} <> ${rowHash(columns, 'b')}`;
  const add = async (to: Difference, from: string) => {
    const [row] = await session.query<{ n: string | number }>(`SELECT COUNT(*) AS n ${from}`, within.values);
    const wanted = sampleSize - to.sample.length;
    const rows =
      Number(row?.n) === 0 || wanted <= 0
        ? []
        : await session.query(
            `SELECT ${key.map((column) => `a.${quoteName(column)}`).join(', ')} ${from} ORDER BY ${key.map((column) => `a.${quoteName(column)}`).join(', ')} LIMIT ${wanted}`,
            within.values,
          );
    const sample = rows.map((each) => keyText(key.map((column) => each[column])));
    return { rows: to.rows + Number(row?.n), sample: [...to.sample, ...sample] };
  };
  differences.onlyRecovered = await add(differences.onlyRecovered, joined(here, there));
  differences.onlyLive = await add(differences.onlyLive, joined(there, here));
  differences.changed = await add(differences.changed, differ);
}

function common(recovered: TableFacts, live: TableFacts): ColumnFacts[] {
  const there = new Set(live.columns.filter(({ generated }) => !generated).map(({ name }) => name));
  return recovered.columns.filter(({ name, generated }) => !generated && there.has(name));
}

/** The key by which both tell their rows apart, in columns of the same types. */
function commonKey(recovered: TableFacts, live: TableFacts): readonly string[] | undefined {
  const { key } = recovered;
  if (!key || key.join('\0') !== live.key?.join('\0')) return undefined;
  const typeIn = ({ columns }: TableFacts, column: string) => columns.find(({ name }) => name === column)?.fullType;
  return key.every((column) => typeIn(recovered, column) === typeIn(live, column)) ? key : undefined;
}

function namesOnlyIn(one: TableFacts, other: TableFacts): string[] {
  const names = new Set(other.columns.map(({ name }) => name));
  return one.columns.flatMap(({ name }) => (names.has(name) ? [] : [name]));
}

function nothing(): Difference {
  return { rows: 0, sample: [] };
}
