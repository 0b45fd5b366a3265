import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPlayground } from '../src/playground/start-playground.ts';
import { createBackupUser } from '../test/support/backup-user.ts';
import { startDatabaseServer } from '../test/support/database-server.ts';
import { seedAlumni } from './demo/alumni.ts';
import { installDemo } from './demo/install-demo.ts';
import { startWriteLoad } from './demo/write-load.ts';
import { cacheDir } from './setup/places.mjs';

/**
 * Tidemark as it is, with everything around it on this machine: a MySQL with the alumni database and visitors, a repository, a Slack
 * to click in, and the bot. `--once` takes and verifies one backup, prints the report and leaves.
 * With `--http` Slack reaches the bot over HTTP instead of Socket Mode.
 */
const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    http: { type: 'boolean', default: false },
    port: { type: 'string', default: '3400' },
  },
});

const closers: (() => Promise<unknown>)[] = [];
const asked = new Promise<string>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal));
});

try {
  say('starting MySQL with a small alumni database');
  const server = await startDatabaseServer({ flavour: 'mysql' });
  closers.push(() => server.stop());
  await seedAlumni(server, { rows: 20_000 });
  const target = values.once ? undefined : await startDatabaseServer({ flavour: 'mysql' });
  if (target) closers.push(() => target.stop());
  const visitors = startWriteLoad(server, { perSecond: 5 });
  closers.push(() => visitors.stop());
  const login = await createBackupUser(server);

  say('opening the playground');
  const playground = await startPlayground({ port: values.once ? 0 : Number(values.port) });
  closers.push(() => playground.close());
  if (!values.once) await playground.preparePage();

  say('starting the bot');
  const folder = join(cacheDir, values.once ? 'demo-once' : 'demo');
  const transport = values.http ? 'http' : 'socket-mode';
  const installed = await installDemo(folder, server, login, playground, transport, target);
  const bot = installed.start();
  closers.push(() => bot.stop());
  await Promise.race([installed.reached(), fallen(bot.ended, installed.folder)]);

  say('taking the first backup: Asha types /backup backup full');
  await playground.as('asha').command('/backup backup full', { channel: 'db-ops' });
  const report = playground.waitForMessage(
    (message) => /verified|failed/i.test(playground.shownText(message)),
    120_000,
  );
  await Promise.race([report, fallen(bot.ended, installed.folder)]);

  if (values.once) {
    console.log(await installed.tidemark('verify', 'latest'));
    console.log(await installed.tidemark('show', 'latest'));
  } else {
    console.log(`
Tidemark is running. Open the page and type /backup:

    ${playground.url}?as=asha&channel=db-ops

To bring everything back onto a second server: /backup restore full to replacement (Asha asks, Dara approves).
Its configuration, backups and log are in ${installed.folder}.
Ctrl-C ends everything.`);
    await Promise.race([asked, fallen(bot.ended, installed.folder)]);
    say('ending');
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const close of closers.reverse()) await close().catch(() => {});
}

function fallen(ended: Promise<number | null>, folder: string): Promise<never> {
  return ended.then((code) => {
    throw new Error(`The bot ended with ${code}: see ${join(folder, 'bot.log')}.`);
  });
}

function say(text: string): void {
  console.error(`demo: ${text}`);
}
