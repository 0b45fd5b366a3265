import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import type { Connection, ResultSetHeader } from 'mysql2/promise';

/** What a LOAD DATA came to. */
export interface SentRows {
  /** Those that are in the table now. */
  readonly rows: number;
  /** LOAD DATA LOCAL passes over a row that does not fit, and only warns. */
  readonly warnings: number;
}

/** Runs a LOAD DATA LOCAL and sends these bytes for whatever file it names. */
export async function sendRows(connection: Connection, sql: string, rows: Iterable<Buffer>): Promise<SentRows> {
  const sent = Readable.from(paced(rows, socketOf(connection)), { highWaterMark: 1 });
  try {
    const [done] = await connection.query<ResultSetHeader>({ sql, infileStreamFactory: () => sent });
    return { rows: done.affectedRows, warnings: done.warningStatus };
  } finally {
    sent.destroy();
  }
}

/** A packet must not be larger than the server's max_allowed_packet, however small that is. */
const packetBytes = 256 * 1024;

/** mysql2 copies and writes whatever it is given at once: it is given no more while its socket is full. */
async function* paced(rows: Iterable<Buffer>, socket: Writable): AsyncGenerator<Buffer> {
  for (const bytes of rows) {
    for (let at = 0; at < bytes.length; at += packetBytes) {
      yield bytes.subarray(at, at + packetBytes);
      if (socket.writableNeedDrain) await drained(socket);
    }
  }
}

async function drained(socket: Writable): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
  } finally {
    over.abort();
  }
}

/** The types of mysql2 hide the socket, which is there in all its versions. */
function socketOf(connection: Connection): Writable {
  return (connection as unknown as { connection: { stream: Writable } }).connection.stream;
}
