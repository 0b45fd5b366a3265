import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour } from '../support/use-database-server.ts';

describe.each(everyFlavour)('the snapshot on $name', (flavour) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await seedAlumni(server, { rows: 500 });
  });
  afterAll(() => server?.stop());

  async function openWorld() {
    const login = await createBackupUser(server);
    return openBackupWorld({ directory: temporaryDirectory(), server, login, source: { smallestPartBytes: 10_000 } });
  }

  it('is taken while others run statements with 4-byte characters', async () => {
    const busy = await server.connect({ charset: 'utf8mb4' });
    try {
      // In a transaction, so that both of the server's lists would show it.
      await busy.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
      const statement = busy.query("SELECT SLEEP(60), '🪔'").catch(() => {});
      const manifest = await takeGoodFull(await openWorld());
      expect(manifest.lock.method).toBe('global-read-lock');
      await server.query(`KILL ${busy.threadId}`);
      await statement;
    } finally {
      busy.destroy();
    }
  });

  it('is what checksums are of, whatever is written meanwhile', async () => {
    const source = (await openWorld()).sources.get('alumni');
    const sum = async () => {
      const [row] = await server.query<{ Checksum: number }>('CHECKSUM TABLE sgs_gita_alumni.donations EXTENDED');
      return String(row?.Checksum);
    };
    const before = await sum();
    const { signal } = new AbortController();
    const dump = await source?.startDump({
      run: 'sums',
      contents: 'everything',
      maximumParts: 2,
      readers: 2,
      signal,
      crashPoint: () => {},
    });
    try {
      await server.query('DELETE FROM sgs_gita_alumni.donations LIMIT 3');
      expect(await dump?.checksumTables()).toContainEqual({
        schema: 'sgs_gita_alumni',
        name: 'donations',
        checksum: before,
      });
      expect(await sum()).not.toBe(before);
    } finally {
      await dump?.close();
    }
  });

  // What `hasSnapshot` stands on.
  it('is opened by every dump before it chooses a schema', async () => {
    const world = await openWorld();
    await server.query("SET GLOBAL log_output = 'TABLE'");
    await server.query('SET GLOBAL general_log = ON');
    await takeGoodFull(world);
    await server.query('SET GLOBAL general_log = OFF');
    const events = await server.query<{ thread: number; command: string; argument: string }>(
      'SELECT thread_id AS thread, command_type AS command, CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log',
    );
    const dumps = new Map<number, typeof events>();
    for (const event of events) dumps.set(event.thread, [...(dumps.get(event.thread) ?? []), event]);
    const dataDumps = [...dumps.values()].filter((dump) =>
      dump.some(({ argument }) => argument.includes('SQL_NO_CACHE')),
    );
    expect(dataDumps.length).toBeGreaterThan(1);
    for (const dump of dataDumps) {
      const began = dump.findIndex(({ argument }) => argument.startsWith('START TRANSACTION'));
      const chose = dump.findIndex(({ command }) => command === 'Init DB');
      expect(began).toBeGreaterThan(-1);
      expect(chose).toBeGreaterThan(began);
    }
  });
});
