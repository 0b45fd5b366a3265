import type { App } from '@slack/bolt';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { boltApp, startBoltOverHttp } from '../playground/bolt-app.ts';
import { launchChromium } from '../support/chromium.ts';

let browser: Browser;
let playground: Playground;
let bot: App;
let page: Page;
let outside: string[];
let troubles: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  playground = await startPlayground({ manifest: parseManifest(fallbackManifest) });
  bot = boltApp(playground);
  teach(bot);
  await bot.start();
  page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(10_000);
  outside = [];
  troubles = [];
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) outside.push(request.url());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
});

afterEach(async () => {
  await page.close();
  await bot.stop();
  await playground.close();
  expect(outside, 'the page must not leave this machine').toEqual([]);
  expect(troubles).toEqual([]);
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A small bot with a card, a menu, a dialog, a thread, and one button it never answers. */
function teach(app: App): void {
  app.command('/backup', async ({ ack, command, client }) => {
    if (command.text === 'help') return ack('Try `/backup full`.');
    await ack();
    const channel_id = command.channel_id;
    if (command.text === 'upload') {
      const { ts: thread_ts = '' } = await client.chat.postMessage({ channel: channel_id, text: 'Nine findings' });
      const file = { filename: 'findings.txt', title: 'All nine', content: 'one by one', initial_comment: 'Here:' };
      await client.files.uploadV2({ channel_id, thread_ts, ...file });
      return;
    }
    const { ts = '' } = await client.chat.postMessage({
      channel: channel_id,
      text: 'Backup of alumni',
      blocks: [
        { type: 'header', text: plain('Backup of *alumni*') },
        {
          type: 'section',
          text: { type: 'mrkdwn', text: '*Taken* and not verified yet' },
          accessory: {
            type: 'overflow',
            action_id: 'more',
            options: [
              { text: plain('Show parts'), value: 'parts' },
              { text: plain('Show position'), value: 'position' },
            ],
          },
        },
        {
          type: 'actions',
          elements: [
            { type: 'button', action_id: 'verify', text: plain('Verify'), style: 'primary' },
            { type: 'button', action_id: 'ignored', text: plain('Retry') },
            {
              type: 'static_select',
              action_id: 'source',
              placeholder: plain('Choose a source'),
              options: ['alumni', 'billing'].map((source) => ({ text: plain(source), value: source })),
            },
            {
              type: 'button',
              action_id: 'remove',
              text: plain('Remove'),
              style: 'danger',
              confirm: {
                title: plain('Remove it?'),
                text: plain('For good.'),
                confirm: plain('Yes, remove'),
                deny: plain('Keep'),
              },
            },
          ],
        },
      ],
    });
    for (const text of ['dump began', 'dump ended']) {
      await client.chat.postMessage({ channel: command.channel_id, thread_ts: ts, text });
    }
  });
  const update = (id: string, text: (user: string) => string) =>
    app.action(id, async ({ ack, body, client }) => {
      await ack();
      if (body.type !== 'block_actions' || !body.message || !body.channel) throw new Error('not a click on a message');
      await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: text(body.user.id) });
    });
  update('verify', (user) => `Verified by <@${user}>`);
  update('remove', (user) => `Removed by <@${user}>`);
  for (const menu of ['more', 'source']) {
    app.action(menu, async ({ ack, action, respond }) => {
      await ack();
      if (action.type !== 'overflow' && action.type !== 'static_select') throw new Error('not a menu');
      await respond({ text: `You chose ${action.selected_option.value}`, replace_original: false });
    });
  }
}

const visit = (as = 'asha', channel = 'db-ops') => page.goto(`${playground.url}?as=${as}&channel=${channel}`);
const composer = () => page.getByRole('combobox', { name: /^Message/ });
const log = () => page.getByRole('log', { name: /^Messages in/ });
async function type(text: string): Promise<void> {
  await composer().fill(text);
  await composer().press('Enter');
}
const sees = (locator: Locator) => locator.waitFor({ state: 'visible' });
const isGone = (locator: Locator) => locator.waitFor({ state: 'detached' });

test('a command is typed, a button clicked, and the message changes where it stands', async () => {
  await visit();
  await type('/backup full');
  await sees(page.getByRole('heading', { name: 'Backup of *alumni*' }));
  // A mark on the element itself is gone as soon as the element is drawn anew.
  await page
    .getByRole('article')
    .first()
    .evaluate((article) => article.setAttribute('data-mark', 'the same'));
  await page.getByRole('button', { name: 'Verify' }).click();
  await sees(log().getByText('Verified by @asha'));
  expect(await page.getByRole('article').first().getAttribute('data-mark')).toBe('the same');
  await sees(page.getByText('(edited)'));
  await isGone(page.getByRole('button', { name: 'Verify' }));
});

test('commands complete from the keyboard, and what was sent comes back', async () => {
  await visit();
  await composer().pressSequentially('/ba');
  await sees(page.getByRole('option', { name: /^\/backup/ }));
  await composer().press('Enter');
  await composer().pressSequentially('he');
  await composer().press('Tab');
  expect(await composer().inputValue()).toBe('/backup help');
  await composer().press('Enter');
  await sees(log().getByText('Only visible to you'));
  await composer().press('ArrowUp');
  expect(await composer().inputValue()).toBe('/backup help');
});

test('what is for one person only, no other sees', async () => {
  await visit();
  await type('/backup help');
  await sees(log().getByText('Only visible to you'));
  await page.getByRole('button', { name: /Ben Okafor/ }).click();
  await sees(page.getByRole('button', { name: /Ben Okafor/, pressed: true }));
  expect(await log().getByText('Only visible to you').count()).toBe(0);
  expect(page.url()).toContain('as=ben');
});

test('another person clicks, and the bot knows who', async () => {
  await visit();
  await type('/backup full');
  await sees(page.getByRole('button', { name: 'Verify' }));
  await page.keyboard.press('Alt+4');
  await sees(page.getByRole('button', { name: /Dara Singh/, pressed: true }));
  await page.getByRole('button', { name: 'Verify' }).click();
  await sees(log().getByText('Verified by @dara'));
});

test('becoming somebody else stays in the channel where the other may be', async () => {
  await visit('asha', 'general');
  await page.keyboard.press('Alt+2');
  await sees(page.getByRole('heading', { name: '# general' }));
  await page.keyboard.press('Alt+1');
  await page.getByRole('button', { name: 'dba-private' }).click();
  await page.keyboard.press('Alt+2');
  await sees(page.getByRole('heading', { name: '# db-ops' }));
});

test('what is said in the app’s direct messages is between the two', async () => {
  await visit('ben', '@app');
  await composer().fill('&lt;hello&gt; *there*');
  await composer().press('Enter');
  await sees(log().getByText('<hello> there'));
  expect(playground.directMessages('ben')).toHaveLength(1);
  expect(playground.directMessages('asha')).toEqual([]);
});

test('a dangerous button asks first, and Escape means no', async () => {
  await visit();
  await type('/backup full');
  await page.getByRole('button', { name: 'Remove' }).click();
  await sees(page.getByRole('dialog', { name: 'Remove it?' }));
  await page.keyboard.press('Escape');
  await isGone(page.getByRole('dialog'));
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Yes, remove' }).click();
  await sees(log().getByText('Removed by @asha'));
});

test('an overflow menu is walked and chosen from by keys', async () => {
  await visit();
  await type('/backup full');
  await page.getByRole('button', { name: 'More actions' }).press('Enter');
  await sees(page.getByRole('menuitem', { name: 'Show parts' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await sees(log().getByText('You chose position'));
});

test('a select is chosen from, and shows what was chosen', async () => {
  await visit();
  await type('/backup full');
  const select = page.getByRole('combobox', { name: 'Choose a source' });
  await select.selectOption('billing');
  await sees(log().getByText('You chose billing'));
  expect(await select.inputValue()).toBe('billing');
});

test('a file stands in its thread, and opens as text', async () => {
  await visit();
  await type('/backup upload');
  await page.getByRole('button', { name: /1 reply/ }).click();
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page
      .getByRole('complementary', { name: 'Thread' })
      .getByRole('link', { name: /All nine/ })
      .click(),
  ]);
  await sees(opened.getByText('one by one'));
  await opened.close();
});

test('a Request URL is saved only when the app answers there, and then everything goes to it', async () => {
  const { app, url } = await startBoltOverHttp(playground);
  try {
    teach(app);
    await visit();
    await page.getByRole('button', { name: /For bot developers/ }).click();
    const field = page.getByRole('textbox', { name: /Request URL/ });
    await field.fill(`${playground.url}slack/events`);
    await field.press('Enter');
    await sees(page.getByText("didn't respond with the value"));
    await field.fill(url);
    await field.press('Enter');
    await sees(page.getByText(`Over HTTP, to ${url}`));
    await type('/backup full');
    await page.getByRole('button', { name: 'Verify' }).click();
    await sees(log().getByText('Verified by @asha'));
    expect(playground.connections()).toBe(0);
  } finally {
    await app.stop();
  }
  // The browser itself tells of the refused save.
  troubles = troubles.filter((trouble) => !trouble.includes('409'));
});

test('a thread opens beside, takes a reply, and Escape closes it', async () => {
  await visit();
  await type('/backup full');
  await page.getByRole('button', { name: /2 replies/ }).click();
  const thread = page.getByRole('complementary', { name: 'Thread' });
  await sees(thread.getByText('dump ended'));
  await thread.getByRole('combobox', { name: 'Reply…' }).fill('thank you');
  await thread.getByRole('combobox', { name: 'Reply…' }).press('Enter');
  await sees(thread.getByText('thank you'));
  await sees(page.getByRole('button', { name: /3 replies/ }));
  await page.keyboard.press('Escape');
  await isGone(thread);
});

test('a click that is not acknowledged leaves a warning, and developers read why', async () => {
  await visit();
  await type('/backup full');
  await page.getByRole('button', { name: 'Retry' }).click();
  await sees(page.getByText('Operation timed out. Apps need to respond within three seconds.'));
  await page.getByRole('button', { name: /For bot developers/ }).click();
  await sees(page.getByText('the click on ignored was not acknowledged within 3 s'));
});

test('a channel without the app takes it in with one click', async () => {
  await visit('asha', 'general');
  await page.getByRole('button', { name: 'Add tidemark' }).click();
  await sees(log().getByText('@tidemark was added to #general by @asha.'));
  await isGone(page.getByRole('button', { name: 'Add tidemark' }));
});

test('someone reading back is not moved, and is told that more has come', async () => {
  await visit();
  for (let i = 1; i <= 40; i++) await playground.as('ben').say(`line ${i}`);
  await sees(log().getByText('line 40', { exact: true }));
  await log().evaluate((list) => list.scrollTo({ top: 0 }));
  // A browser tells the page that it was scrolled with its next frame.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await playground.as('ben').say('one more');
  await sees(page.getByRole('button', { name: /New messages/ }));
  expect(await log().evaluate((list) => list.scrollTop)).toBe(0);
  await page.getByRole('button', { name: /New messages/ }).click();
  await isGone(page.getByRole('button', { name: /New messages/ }));
});

test('at 390 pixels nothing sticks out, and everything is within reach', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await visit();
  await type('/backup full');
  await sees(page.getByRole('button', { name: 'Remove' }));
  expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  await page.getByRole('button', { name: 'Channels and people' }).click();
  await page.getByRole('button', { name: /Chen Li/ }).click();
  await page.getByRole('button', { name: 'Channels and people' }).click();
  await page.getByRole('button', { name: 'general' }).click();
  await sees(page.getByRole('heading', { name: '# general' }));
  expect(page.url()).toContain('as=chen');
});

test('no id stands twice in the document', async () => {
  await visit();
  await type('/backup full');
  await sees(page.getByRole('button', { name: /2 replies/ }));
  const ids = await page.evaluate<string[]>("[...document.querySelectorAll('[id]')].map((it) => it.id)");
  expect(ids).toEqual([...new Set(ids)]);
});
