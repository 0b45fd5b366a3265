import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startPlayground } from '../src/playground/start-playground.ts';
import type { Message } from '../src/playground/vocabulary.ts';
import { createBackupUser } from '../test/support/backup-user.ts';
import { makeBigTables } from '../test/support/big-table.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { startDatabaseServer } from '../test/support/database-server.ts';
import { seedAlumni } from './demo/alumni.ts';
import { installDemo } from './demo/install-demo.ts';
import { checkout } from './setup/places.mjs';

/**
 * The README's pictures, taken of real messages: the real bot backs up a real MySQL and reports to the playground, and a real
 * Chromium photographs its page.
 */
const folder = join(checkout, 'docs', 'pictures');
const wide = { width: 900, height: 700 };
const phone = { width: 390, height: 844 };

const closers: (() => Promise<unknown>)[] = [];
try {
  await mkdir(folder, { recursive: true });
  const server = await startDatabaseServer({ flavour: 'mysql', options: ['--innodb-redo-log-capacity=256M'] });
  closers.push(() => server.stop());
  await seedAlumni(server, { rows: 20_000 });
  // Enough to be seen on its way.
  await makeBigTables(server, { megabytes: 400, tables: 2, schema: 'sgs_gita_archive' });
  const login = await createBackupUser(server);

  const playground = await startPlayground();
  closers.push(() => playground.close());
  await playground.preparePage();
  const home = await mkdtemp(join(tmpdir(), 'tidemark-'));
  closers.push(() => rm(home, { recursive: true }));
  const installed = await installDemo(home, server, login, playground);
  const bot = installed.start();
  closers.push(() => bot.stop());
  const browser = await launchChromium();
  closers.push(() => browser.close());
  await installed.reached();

  const asha = playground.as('asha');
  const words = (message: Message) => playground.shownText(message);
  const seen = new Set<string>();
  /** The next message, or the next change of one, that says so; each message counts once. */
  const next = (says: RegExp) => playground.waitForMessage((it) => !seen.has(it.ts) && says.test(words(it)), 60_000);
  const look = async (viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light') => {
    const page = await browser.newPage({ viewport, colorScheme, deviceScaleFactor: 1.5 });
    await page.goto(`${playground.url}?as=asha&channel=db-ops`);
    await page.getByRole('log').waitFor();
    return page;
  };
  const page = await look(wide);

  say('a first backup, for the second to compare itself with');
  await asha.command('/backup backup full', { channel: 'db-ops' });
  const first = await next(/· verified/);
  seen.add(first.ts);

  say('live progress');
  await asha.command('/backup backup full', { channel: 'db-ops' });
  const running = await next(/ [2-8]\d %/);
  await picture(page, running, 'progress');

  say('the report');
  const report = await next(/· verified/);
  seen.add(report.ts);
  await picture(page, report, 'report');

  say('the page as a whole');
  const desk = await look({ width: 1040, height: 640 });
  await desk.screenshot({ path: join(folder, 'playground.png'), scale: 'css' });

  say('status and help');
  await asha.command('/backup status', { channel: 'db-ops' });
  await picture(page, await next(/Recoverable to/), 'status');
  await asha.command('/backup help', { channel: 'db-ops' });
  await picture(page, await next(/takes, proves and keeps/), 'help');

  say('a failure');
  await server.kill('SIGKILL');
  await asha.command('/backup backup full', { channel: 'db-ops' });
  await picture(page, await next(/What happened/), 'failure');

  say('on a phone, in the dark');
  const small = await look(phone, 'dark');
  await small.screenshot({ path: join(folder, 'phone-dark.png') });
} finally {
  for (const close of closers.reverse()) await close().catch(() => {});
}

/** One message, as it stands on the page. */
async function picture(page: Page, { ts }: Message, name: string): Promise<void> {
  const article = page.locator(`article[data-ts="${ts}"]`);
  await article.scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  await article.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

function say(text: string): void {
  console.error(`pictures: ${text}`);
}
