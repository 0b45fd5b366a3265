import { Failure } from '../../domain/failure.ts';
import { type DumpPiece, type InsertHead, insertReader } from '../../domain/insert-reader.ts';
import { type LoadedColumn, loadDataStatement } from '../../domain/load-data.ts';
import { quoteTable } from '../../domain/manifest.ts';
import type { LoadRowsOptions, RowsOutcome } from '../../ports/target.ts';
import { openSession, type Session } from './connection.ts';
import { sessionSettings } from './load-sql.ts';
import { readLoadedTables } from './loaded-tables.ts';
import type { ServerSettings } from './settings.ts';

/**
 * Loads a data part by LOAD DATA, which spares the server most of its work: it has not to parse SQL. LOAD DATA LOCAL passes over what it
 * cannot take, with a warning, so a warning or a row too few spoils the part, and what else goes wrong there does as well: the
 * INSERTs themselves then show what it is.
 */
export async function loadRows(
  settings: ServerSettings,
  sql: AsyncIterable<Buffer>,
  options: LoadRowsOptions,
): Promise<RowsOutcome> {
  const { signal, owner, part, binlog } = options;
  signal.throwIfAborted();
  const session = await openSession(settings, { sendsRows: true });
  const drop = () => session.drop();
  signal.addEventListener('abort', drop, { once: true });
  const pieces = piecesOf(sql);
  try {
    const suited = await readLoadedTables(session, options);
    if (suited.kind === 'unsuited') return suited;
    await session.query(sessionSettings(owner, part, binlog));
    const why = await loadPieces(session, pieces, suited.columnsOf, options);
    return why === undefined ? { kind: 'loaded' } : { kind: 'spoilt', why };
  } catch (error) {
    signal.throwIfAborted();
    const cause = pieces.failure?.error ?? error;
    if (cause instanceof Failure && (cause === pieces.failure?.error || cause.code === 'source-unreachable'))
      throw cause;
    return { kind: 'spoilt', why: cause instanceof Error ? cause.message : String(cause) };
  } finally {
    signal.removeEventListener('abort', drop);
    await session.end();
    await pieces.close();
  }
}

/** One LOAD DATA, and so one transaction, takes about so much of a dump. */
const bytesPerLoad = 16 * 1024 * 1024;

/** Says what went wrong, if something did. */
async function loadPieces(
  session: Session,
  pieces: Pieces,
  columnsOf: ReadonlyMap<string, readonly LoadedColumn[]>,
  { tables }: LoadRowsOptions,
): Promise<string | undefined> {
  const loaded = new Map<string, number>();
  let next = await pieces.next();
  while (!next.done) {
    if (next.value.kind !== 'insert') {
      if (next.value.kind === 'setting') await session.query(next.value.sql);
      next = await pieces.next();
      continue;
    }
    const head = next.value;
    const table = quoteTable(head);
    const columns = columnsOf.get(table);
    if (!columns) return `it holds rows of ${table}, which is not in the manifest`;
    const run = takeRun(head, pieces);
    const { rows, warnings } = await session.sendRows(loadDataStatement(head, columns), run.rows());
    if (warnings > 0) return `${warnings} warnings about rows of ${table}`;
    loaded.set(table, (loaded.get(table) ?? 0) + rows);
    next = run.next();
  }
  const wrong = tables.find((table) => (loaded.get(quoteTable(table)) ?? 0) !== table.rows);
  return wrong && `${loaded.get(quoteTable(wrong)) ?? 0} rows came into ${quoteTable(wrong)}, not ${wrong.rows}`;
}

/** The rows of an INSERT and of those of its kind that follow it, as one list; and then the piece that comes after them. */
function takeRun(head: InsertHead, pieces: Pieces) {
  let next: IteratorResult<DumpPiece, void>;
  return {
    async *rows(): AsyncGenerator<Buffer> {
      for (let bytes = 0; ; ) {
        next = await pieces.next();
        if (next.done) return;
        if (next.value.kind === 'rows') {
          bytes += next.value.bytes.length;
          yield next.value.bytes;
        } else if (next.value.kind === 'insert' && bytes < bytesPerLoad && isLike(next.value, head)) {
          yield Buffer.from(head.between);
        } else return;
      }
    },
    next: () => next,
  };
}

function isLike(one: InsertHead, other: InsertHead): boolean {
  const likeness = ({ schema, name, columns, between }: InsertHead) => JSON.stringify([schema, name, columns, between]);
  return likeness(one) === likeness(other);
}

interface Pieces {
  next(): Promise<IteratorResult<DumpPiece, void>>;
  /** What reading the part failed with: passed through a LOAD DATA it would look like the server's doing. */
  failure?: { readonly error: unknown };
  close(): Promise<unknown>;
}

function piecesOf(sql: AsyncIterable<Buffer>): Pieces {
  const read = async function* (): AsyncGenerator<DumpPiece, void> {
    const reader = insertReader();
    for await (const chunk of sql) yield* reader.push(chunk);
    reader.end();
  };
  const reading = read();
  const pieces: Pieces = {
    next: () =>
      reading.next().catch((error) => {
        pieces.failure = { error };
        throw error;
      }),
    close: () => reading.return(),
  };
  return pieces;
}
