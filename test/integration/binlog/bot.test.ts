import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceStatus } from '../../../src/domain/status.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { startDatabaseServer, type TestServer } from '../../support/database-server.ts';
import { type Installation, install } from '../../support/install.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('the bot on $name', (flavour) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startDatabaseServer({ flavour });
    await server.query('CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY)');
  });
  afterAll(() => server?.stop());

  it('streams while it runs, and the shell says how near to now; killed and started again, it goes on', async () => {
    const tidemark = await install(server, await createBackupUser(server));
    expect((await tidemark.run('backup', 'full')).status).toBe(0);
    expect((await statusOf(tidemark)).warnings.map(({ code }) => code)).toEqual(['stream-off']);

    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await server.query('INSERT INTO log.t VALUES ()');
      const inserted = new Date();
      const bot = await tidemark.runWith(
        {
          async whileRunning({ kill, saw }) {
            await saw('Tidemark runs');
            await expect
              .poll(async () => new Date((await statusOf(tidemark)).risk.since ?? 0) > inserted, {
                timeout: 30_000,
                interval: 500,
              })
              .toBe(true);
            expect((await statusOf(tidemark)).warnings).toEqual([]);
            kill(signal);
          },
        },
        'start',
      );
      expect(bot.status).toBe(signal === 'SIGTERM' ? 0 : null);
    }
    const { stdout } = await tidemark.run('status');
    expect(stdout).toMatch(
      /^alumni: recoverable to \d\d:\d\d:\d\d UTC, \d+ (s|min) ago · proven (just now|\d+ min ago)/,
    );
    expect(stdout).toContain('a crash now loses what was committed after');
    expect(stdout).toContain('Nobody streams the binlogs');
  });

  it('says which grant is missing, in doctor and in the status', async () => {
    const tidemark = await install(server, await createBackupUser(server, { without: ['REPLICATION SLAVE'] }));
    expect((await tidemark.troubles()).checks.get('source.grants')).toMatchObject({
      state: 'warning',
      mend: expect.stringMatching(/^GRANT REPLICATION SLAVE ON \*\.\* TO/),
    });
    await tidemark.runWith(
      {
        async whileRunning({ kill, saw }) {
          await saw('REPLICATION SLAVE');
          kill('SIGTERM');
        },
      },
      'start',
    );
  });
});

async function statusOf(tidemark: Installation): Promise<SourceStatus> {
  const { stdout } = await tidemark.run('status', '--json');
  const { sources } = JSON.parse(stdout) as { sources: SourceStatus[] };
  const [status] = sources;
  if (!status) throw new Error(`There is no status in ${stdout}`);
  return status;
}
