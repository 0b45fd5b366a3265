import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileScan, type SegmentDraft } from '../../../src/domain/binlog/file-scan.ts';
import { extendHistory } from '../../../src/domain/binlog/history.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

const both = `
  CREATE DATABASE log; USE log;
  CREATE TABLE t (n INT PRIMARY KEY, v LONGBLOB) ENGINE = InnoDB;
  INSERT INTO t VALUES (1, 'x'), (2, 'y');
  BEGIN; UPDATE t SET v = 'a' WHERE n = 1; SAVEPOINT s; UPDATE t SET v = 'b' WHERE n = 2; ROLLBACK TO SAVEPOINT s; COMMIT;
  XA START 'two'; INSERT INTO t VALUES (3, 'z'); XA END 'two'; XA PREPARE 'two'; XA COMMIT 'two';
  XA START 'none'; INSERT INTO t VALUES (4, 'z'); XA END 'none'; XA PREPARE 'none'; XA ROLLBACK 'none';
  XA START 'one'; INSERT INTO t VALUES (5, 'z'); XA END 'one'; XA COMMIT 'one' ONE PHASE;
  CREATE TABLE copied SELECT n FROM t;
  CREATE TABLE plain (n INT) ENGINE = MyISAM; INSERT INTO plain VALUES (1), (2);
  SET SESSION binlog_format = STATEMENT; INSERT INTO t VALUES (6, 's'); INSERT INTO t VALUES (1000 + FLOOR(RAND() * 1000), 'r');
  SET SESSION binlog_format = ROW;
  CREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (7, 'p'); COMMIT; END; CALL p();
  INSERT INTO t VALUES (8, REPEAT('big', 200000));
  TRUNCATE plain; ANALYZE TABLE t; DROP TABLE copied; CREATE USER u; DROP USER u; FLUSH TABLES;`;

const own = {
  mysql: `SET SESSION binlog_transaction_compression = ON; INSERT INTO t VALUES (20, REPEAT('c', 100000)); INSERT INTO t VALUES (21, 'c');
    SET SESSION binlog_transaction_compression = OFF;
    SET gtid_next = 'AUTOMATIC:night'; INSERT INTO t VALUES (22, 't'); SET gtid_next = 'AUTOMATIC:night'; DELETE FROM t WHERE n = 22;
    SET gtid_next = 'aaaaaaaa-0000-4000-8000-0123456789ab:x_1:900000'; BEGIN; COMMIT; SET gtid_next = AUTOMATIC`,
  mariadb: `CREATE SEQUENCE s; SELECT NEXTVAL(s); SET SESSION gtid_domain_id = 7; INSERT INTO t VALUES (20, 'd');
    SET SESSION gtid_domain_id = 0; CREATE OR REPLACE TABLE plain (n INT) COMMENT = '${'long '.repeat(100)}'; DELETE FROM t WHERE n = 20`,
};

describe.each(everyFlavour)('a binlog file of $name', (flavour) => {
  const isMysql = flavour.flavour === 'mysql';
  let server: TestServer;
  let file: string;

  beforeAll(async () => {
    const options = isMysql ? [] : ['--log-bin-compress=ON'];
    server = await startDatabaseServer({ flavour, options });
    await server.query('FLUSH BINARY LOGS');
    await runByClient(server, `${both}\n${own[flavour.flavour]}`);
    const files = await server.query<{ Log_name: string }>('SHOW BINARY LOGS');
    file = files.at(-1)?.Log_name ?? '';
    await server.query('FLUSH BINARY LOGS');
  });
  afterAll(() => server?.stop());

  function scan(name: string, { pieceBytes, draftBytes }: { pieceBytes: number; draftBytes: number }): SegmentDraft[] {
    const drafts: SegmentDraft[] = [];
    const onDraft = (draft: SegmentDraft) => void drafts.push(draft);
    const reading = createFileScan({ file: name, flavour: flavour.flavour, from: 0, draftBytes, crc32, onDraft });
    const bytes = readFileSync(join(server.dataDir, name));
    for (let at = 0; at < bytes.length; at += pieceBytes) reading.push(bytes.subarray(at, at + pieceBytes));
    reading.cut();
    expect(drafts.at(-1)?.end).toBe(bytes.length);
    return drafts;
  }

  it('is whole exactly between its transactions, whatever they are', async () => {
    const drafts = scan(file, { pieceBytes: 1024, draftBytes: 1 });
    const events = await server.query<{ Pos: number; Event_type: string }>(`SHOW BINLOG EVENTS IN '${file}'`);
    const begins = events
      .filter(({ Event_type }) => /^(Gtid|Gtid_tagged_log_event)$/.test(Event_type))
      .map(({ Pos }) => Pos);
    expect(begins.length).toBeGreaterThan(20);
    expect(drafts.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(begins.length);
    const wholeAt = new Set(drafts.filter(({ end, completeThrough }) => end === completeThrough).map(({ end }) => end));
    expect(begins.filter((begin) => !wholeAt.has(begin))).toEqual([]);
    // Nowhere else but around the file's own events, which stand before the first and behind the last transaction.
    const inside = [...wholeAt].filter((end) => end > (begins[0] ?? 0) && end < (begins.at(-1) ?? 0));
    const checkpoints = events.filter(({ Event_type }) => Event_type === 'Binlog_checkpoint').map(({ Pos }) => Pos);
    expect(inside.filter((end) => !begins.includes(end) && !checkpoints.includes(end))).toEqual([]);
  });

  it('says what the server has executed, tags and domains included', async () => {
    const drafts = scan(file, { pieceBytes: 4096, draftBytes: 1_000 });
    expect(drafts.length).toBeGreaterThan(1);
    const all = drafts.reduce(
      (history, draft) => extendHistory(flavour.flavour, history, draft.history),
      drafts[0]?.before ?? '',
    );
    const [executed] = await server.query<{ history: string }>(
      `SELECT ${isMysql ? '@@GLOBAL.gtid_executed' : '@@GLOBAL.gtid_binlog_pos'} AS history`,
    );
    expect(all).toBe(executed?.history.replaceAll('\n', ''));
    const next = (await server.query<{ Log_name: string }>('SHOW BINARY LOGS')).at(-1)?.Log_name ?? '';
    await server.query('FLUSH BINARY LOGS');
    const [first] = scan(next, { pieceBytes: 64, draftBytes: 10 ** 6 });
    expect(extendHistory(flavour.flavour, '', first?.before ?? '')).toBe(all);
  });

  it('reads the same whatever pieces it comes in', () => {
    const whole = scan(file, { pieceBytes: 10 ** 9, draftBytes: 50_000 });
    expect(scan(file, { pieceBytes: 7, draftBytes: 50_000 })).toEqual(whole);
    expect(whole.at(-1)).toMatchObject({ ending: 'rotate', incidents: 0 });
  });

  it('is read without checksums too, and refused with one byte changed where there are some', async () => {
    await server.query('SET GLOBAL binlog_checksum = NONE');
    const name = (await server.query<{ Log_name: string }>('SHOW BINARY LOGS')).at(-1)?.Log_name ?? '';
    await server.query("INSERT INTO log.t VALUES (30, 'unchecked'); SET GLOBAL binlog_checksum = CRC32");
    expect(scan(name, { pieceBytes: 100, draftBytes: 10 ** 6 })).toMatchObject([{ transactions: 1, ending: 'rotate' }]);

    const bytes = readFileSync(join(server.dataDir, file));
    // In the name of the next file, which is the last there is.
    bytes[bytes.length - 6] = 0;
    const reading = createFileScan({
      file,
      flavour: flavour.flavour,
      from: 0,
      draftBytes: 10 ** 6,
      crc32,
      onDraft: () => {},
    });
    expect(() => reading.push(bytes)).toThrow(/checksum/);
  });
});

/** Procedures have to come in one piece, so the client splits the statements. */
function runByClient({ flavour, clientDir, socketPath, rootPassword }: TestServer, sql: string): void {
  const client = join(clientDir, flavour === 'mysql' ? 'mysql' : 'mariadb');
  const statements = sql.replace(
    /CREATE PROCEDURE.*?END;/s,
    (body) => `DELIMITER $$\n${body.slice(0, -1)}$$\nDELIMITER ;\n`,
  );
  execFileSync(client, ['--no-defaults', `--socket=${socketPath}`, '-uroot', `-p${rootPassword}`], {
    input: statements,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
