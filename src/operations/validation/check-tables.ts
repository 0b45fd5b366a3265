import { type ChecklistItem, decideItem, type Observed } from '../../domain/checklist/checklist.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import { countOf, formatCount } from '../../domain/measures.ts';
import { inParallel } from '../in-parallel.ts';
import type { Looking } from './looking.ts';

const parallel = 4;

/** Opens every table. What was restored is counted and held against the manifest; a live source is not made to read all of its rows. */
export async function checkTables(looking: Looking): Promise<ChecklistItem> {
  const { inventory, restored, signal } = looking;
  const promised = restored?.manifest.tables ?? [];
  const there = new Set(inventory.tables.map(quoteTable));
  const absent = promised
    .filter((table) => !there.has(quoteTable(table)))
    .map((table): Observed => ({ state: 'bad', words: `${quoteTable(table)} is not there` }));
  const rowsPromised = new Map(
    promised.filter(({ transactional }) => transactional).map((table) => [quoteTable(table), table.rows]),
  );
  const found = new Map<string, Observed>();
  await inParallel(inventory.tables, { parallel, signal }, async (table) => {
    found.set(quoteTable(table), await openTable(looking, table, rowsPromised.get(quoteTable(table))));
  });
  const opened = inventory.tables.flatMap((table) => found.get(quoteTable(table)) ?? []);
  const what = restored ? 'read and counted: as many rows as were backed up' : 'opened and read from';
  return decideItem('tables', [...absent, ...opened], {
    allWell: `${countOf(inventory.tables.length, 'table')} ${what}`,
    nothing: 'there are no tables',
  });
}

async function openTable(looking: Looking, table: TableName, promised: number | undefined): Promise<Observed> {
  const { restored, inspection, validation, signal } = looking;
  const name = quoteTable(table);
  const known = restored?.rows?.get(name);
  if (known !== undefined) return compared(name, known, promised);
  const sql = restored ? `SELECT COUNT(*) FROM ${name}` : `SELECT 1 FROM ${name} LIMIT 1`;
  const question = { sql, limitMilliseconds: validation.limitMilliseconds, mostRows: 1 };
  const answer = await inspection.ask(question, signal);
  if (answer.kind === 'unanswered') {
    return { state: answer.timedOut ? 'unknown' : 'bad', words: `${name}: ${answer.reason}` };
  }
  return restored ? compared(name, Number(answer.rows[0]?.[0]), promised) : { state: 'good', words: name };
}

function compared(name: string, rows: number, promised: number | undefined): Observed {
  return promised === undefined || rows === promised
    ? { state: 'good', words: name }
    : { state: 'bad', words: `${name} has ${formatCount(rows)} rows, ${formatCount(promised)} were backed up` };
}
