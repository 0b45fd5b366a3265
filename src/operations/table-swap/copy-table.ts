import { Readable } from 'node:stream';
import { Failure } from '../../domain/failure.ts';
import { quoteName, quoteTable, type TableName } from '../../domain/manifest.ts';
import type { CopyStructure } from '../../domain/table-swap/copy-structure.ts';
import { counterOf } from '../../domain/table-swap/table-swap.ts';
import type { Target } from '../../ports/target.ts';

export interface TableCopy {
  /** Where the table was recovered. It is renamed there: that server is thrown away. */
  readonly from: Target;
  readonly to: Target;
  readonly table: TableName;
  readonly copy: TableName;
  readonly structure: CopyStructure;
  /** As SHOW CREATE TABLE prints the live table; undefined where there is none. */
  readonly live: string | undefined;
  /** Marks programs and sessions. */
  readonly owner: string;
  readonly signal: AbortSignal;
}

/**
 * Copies a recovered table beside the live one: rows in statements of about a megabyte, each its own transaction and each in the binlog, so that
 * replicas and the chain get them too; secondary keys when all rows are there. Doing it again begins anew.
 * Failures of targets, and `integrity` when what came is not what was recovered.
 */
export async function copyTable(request: TableCopy): Promise<{ checksum: string; rows: number }> {
  const { from, to, table, copy, structure, owner, signal } = request;
  await to.endOrphans(owner);
  await to.tables.run({ sql: `DROP TABLE IF EXISTS ${quoteTable(copy)}` });
  await to.tables.run({ sql: structure.sql });
  const keys = await to.deferrableKeys(copy);
  if (keys) await to.dropKeys(keys, { binlog: true });
  await from.tables.run({ sql: `RENAME TABLE ${quoteTable(table)} TO ${quoteTable(copy)}` });
  await copyRows(request);
  signal.throwIfAborted();
  if (keys) await to.addKeys(keys, { binlog: true });
  await countOn(request);
  await to.tables.run({ sql: `ANALYZE TABLE ${quoteTable(copy)}` });
  const [recovered, copied] = await Promise.all([from.tables.sumUp(copy), to.tables.sumUp(copy)]);
  if (recovered.rows === copied.rows && recovered.checksum === copied.checksum) return copied;
  const message = `The copy of ${quoteTable(table)} is not what was recovered: ${copied.rows} rows with the checksum ${copied.checksum}, not ${recovered.rows} with ${recovered.checksum}.`;
  throw new Failure('integrity', message, {
    hint: `Nothing was exchanged. Does anybody write to ${quoteTable(copy)}? Then recover the table again.`,
  });
}

async function copyRows({ from, to, copy, owner, signal }: TableCopy): Promise<void> {
  const rows = await from.tables.dumpRows(copy, owner);
  const sql = async function* () {
    yield Buffer.from(`USE ${quoteName(copy.schema)};\n`);
    yield* rows.sql;
  };
  try {
    const options = { owner, part: 'table-copy', compressed: false, binlog: true, signal };
    await to.load(Readable.from(sql(), { objectMode: false }), options);
    await rows.finished;
  } finally {
    rows.sql.destroy();
  }
}

/** Numbers that the live table has given away are not given away again. */
async function countOn({ to, copy, live }: TableCopy): Promise<void> {
  const counter = live === undefined ? 0n : counterOf(live);
  if (counter === 0n) return;
  const facts = await to.tables.describe(copy);
  if (!facts || counterOf(facts.createTable) >= counter) return;
  await to.tables.run({ sql: `ALTER TABLE ${quoteTable(copy)} AUTO_INCREMENT = ${counter}` });
}
