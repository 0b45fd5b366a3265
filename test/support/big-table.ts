import { randomFillSync } from 'node:crypto';
import { Readable } from 'node:stream';
import type { TestServer } from './database-server.ts';

/**
 * Makes `schema.sbtest1` … `sbtestN` anew, shaped like sysbench's and filled like them with groups of random digits,
 * together about `megabytes` of dump. Not in the binlog. Returns the number of rows in each table. For a gigabyte, start
 * the server with `--innodb-redo-log-capacity=1G` and `--innodb-buffer-pool-size=1G`.
 */
export async function makeBigTables(
  server: TestServer,
  { megabytes, tables = 1, schema = 'big' }: { megabytes: number; tables?: number; schema?: string },
): Promise<number> {
  const rows = Math.ceil((megabytes * 1_000_000) / dumpedBytesPerRow / tables);
  await server.query(`CREATE DATABASE IF NOT EXISTS \`${schema}\``);
  for (let table = 1; table <= tables; table++) await fillTable(server, schema, `sbtest${table}`, rows);
  return rows;
}

/** A row of 7-digit ids as mysqldump writes it. */
const dumpedBytesPerRow = 201;
const rowsPerLoad = 250_000;

/** LOAD DATA is several times faster than INSERT, and the index costs less when it is built afterwards. */
async function fillTable(server: TestServer, schema: string, table: string, rows: number): Promise<void> {
  const connection = await server.connect({ flags: ['+LOCAL_FILES'], database: schema });
  try {
    await connection.query(`
      SET SESSION sql_log_bin = 0;
      DROP TABLE IF EXISTS ${table};
      CREATE TABLE ${table} (
        id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
        k INT NOT NULL DEFAULT 0,
        c CHAR(120) NOT NULL DEFAULT '',
        pad CHAR(60) NOT NULL DEFAULT ''
      ) CHARACTER SET latin1`);
    for (let first = 1; first <= rows; first += rowsPerLoad) {
      await connection.query({
        sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET latin1 FIELDS TERMINATED BY ','`,
        infileStreamFactory: () => Readable.from(someRows(first, Math.min(rowsPerLoad, rows - first + 1))),
      });
    }
    await connection.query(`ALTER TABLE ${table} ADD KEY k_of_${table} (k)`);
  } finally {
    await connection.end();
  }
}

/** Lines `id,k,c,pad`, a thousand at a time: c is ten groups of eleven digits, pad five. */
function* someRows(first: number, count: number): Generator<Buffer> {
  const groups = [...Array.from({ length: 10 }, (_, group) => (group < 9 ? '-' : ',')), '-', '-', '-', '-', '\n'];
  const random = Buffer.alloc(1000 * groups.length * 11);
  for (let from = first; from < first + count; from += 1000) {
    randomFillSync(random);
    const lines = Buffer.allocUnsafe(1000 * (groups.length * 12 + 24));
    let [at, used] = [0, 0];
    for (let id = from; id < Math.min(from + 1000, first + count); id++) {
      at += lines.write(`${id},${1 + (random.readUInt32LE(used) % 5_000_000)},`, at, 'latin1');
      for (const after of groups) {
        for (let digit = 0; digit < 11; digit++) lines[at++] = 48 + ((random[used++] ?? 0) % 10);
        lines[at++] = after.charCodeAt(0);
      }
    }
    yield lines.subarray(0, at);
  }
}
