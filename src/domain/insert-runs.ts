import { type InsertHead, insertReader } from './insert-reader.ts';

/** What there is to do for a data part, in order: settings hold for all that follows them, runs may be loaded side by side. */
export type LoadStep =
  | { readonly kind: 'setting'; readonly sql: string }
  /** Rows of one table, as they stand in INSERTs that follow each other, with what stands between two rows between all of them. */
  | { readonly kind: 'run'; readonly head: InsertHead; readonly rows: readonly Buffer[] };

/** A run ends with the INSERT that makes it so large, in bytes of the dump: one transaction, and what lies in memory at a time. */
const enoughBytes = 4 * 1024 * 1024;

/** Reads a data part's SQL. Fails with `NotPlainInserts` when it is something else, and with what `sql` fails with. */
export async function* insertRuns(sql: AsyncIterable<Buffer>, enough = enoughBytes): AsyncGenerator<LoadStep, void> {
  const reader = insertReader();
  let run: { head: InsertHead; rows: Buffer[]; bytes: number } | undefined;
  for await (const chunk of sql) {
    for (const piece of reader.push(chunk)) {
      if (piece.kind === 'rows') {
        run?.rows.push(piece.bytes);
        if (run) run.bytes += piece.bytes.length;
        continue;
      }
      if (run && piece.kind === 'insert' && run.bytes < enough && isLike(run.head, piece)) {
        run.rows.push(Buffer.from(piece.between));
        continue;
      }
      if (run) yield { kind: 'run', ...run };
      run = undefined;
      if (piece.kind === 'setting') yield piece;
      else run = { head: piece, rows: [], bytes: 0 };
    }
  }
  reader.end();
  if (run) yield { kind: 'run', ...run };
}

function isLike(one: InsertHead, other: InsertHead): boolean {
  const likeness = ({ schema, name, columns, between }: InsertHead) => JSON.stringify([schema, name, columns, between]);
  return likeness(one) === likeness(other);
}
