import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type FirstLight, firstLight } from '../support/first-light.ts';

/** The first steps of somebody new, by hand in a real browser, with the real bot and a real MySQL behind. One story, told in order. */
let browser: Browser;
let page: Page;
let scene: FirstLight;
const troubles: string[] = [];

beforeAll(async () => {
  [browser, scene] = await Promise.all([launchChromium(), firstLight('mysql')]);
  await scene.slack.preparePage();
  await scene.startBot();
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(`${scene.slack.url}?as=asha&channel=db-ops`);
});
afterAll(async () => {
  await browser?.close();
  await scene?.close();
});

const composer = () => page.getByRole('combobox', { name: /^Message/ });
const log = () => page.getByRole('log', { name: /^Messages in/ });
const saying = (words: RegExp | string) => log().getByRole('article').filter({ hasText: words });
const newest = (words: RegExp | string) => saying(words).last();
const whispered = (words: RegExp | string) => saying('Only visible to you').filter({ hasText: words }).last();
const press = (message: Locator, name: string) => message.getByRole('button', { name, exact: true }).click();
const sees = (locator: Locator) => locator.waitFor({ state: 'visible' });
const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
/** Words and controls of messages that reach past the right edge of their list. */
const stickingOut = () =>
  log().evaluate((list) =>
    [...list.querySelectorAll('article *')]
      .filter((element) => element.getBoundingClientRect().right > list.getBoundingClientRect().right + 1)
      .map((element) => element.textContent),
  );

test('the bot is added, offers the first backup, and its message turns from progress into the report', async () => {
  await page.getByRole('button', { name: 'Add Tidemark' }).click();
  await press(newest('I look after the backups of alumni'), 'Take the first full backup');
  await sees(whispered('Full backup of alumni started'));

  const frozen = await scene.freezeDump();
  const message = newest('dumping and storing');
  await sees(message.getByText(/[▰▱]{16} \d+ %/));
  // A mark on the element itself is gone as soon as the element is drawn anew.
  await message.evaluate((article) => article.setAttribute('data-mark', 'the same'));
  await sees(message.getByRole('button', { name: 'Stop' }));
  frozen.thaw();

  const report = page.locator('[data-mark="the same"]');
  await sees(report.getByText(/Full backup of alumni.*verified/));
  await sees(report.getByText(/stored as .* times smaller/));
  expect(await width()).toBe(1100);
  expect(await stickingOut()).toEqual([]);
});

test('without a mouse: a command is completed and sent, a report reached and its details opened', async () => {
  await page.keyboard.press('Escape');
  await page.locator('body').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('ba');
  await page.keyboard.press('Enter');
  await page.keyboard.type('verify latest');
  await page.keyboard.press('Enter');
  const report = newest('Verified: backup of alumni');
  await sees(report);
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  // Backwards from the composer, the newest message's controls come first.
  for (let steps = 0; steps < 30 && (await focused()) !== 'Details'; steps += 1) await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('Details');
  await page.keyboard.press('Enter');
  await sees(whispered('Largest tables'));
});

test('a report’s menu verifies again', async () => {
  const before = await saying('Verified: backup of alumni').count();
  await press(newest(/✅.*Full backup of alumni/), 'More actions');
  await page.getByRole('menuitem', { name: 'Verify again' }).click();
  await expect.poll(() => saying('Verified: backup of alumni').count(), { timeout: 30_000 }).toBe(before + 1);
});

test('a failure alerts; Retry refuses who may not, and makes good for who may', async () => {
  await scene.server.kill('SIGKILL');
  await composer().fill('/backup backup full');
  await composer().press('Enter');
  const alert = newest(/Full backup failed/);
  await sees(alert.getByText(/(CRITICAL|WARNING) · alumni · .* at risk/));
  await alert.evaluate((article) => article.setAttribute('data-mark', 'the alert'));
  const marked = page.locator('[data-mark="the alert"]');

  await scene.server.restart();
  await page.keyboard.press('Alt+3');
  await sees(page.getByRole('button', { name: /Chen Li/, pressed: true }));
  await press(newest(/Full backup failed/), 'Retry');
  await sees(whispered('You may not do that to alumni'));
  expect(scene.state.jobs.running()).toEqual([]);

  await page.keyboard.press('Alt+2');
  await sees(page.getByRole('button', { name: /Ben Okafor/, pressed: true }));
  await press(newest(/Full backup failed/), 'Retry');
  await sees(whispered('Started again'));
  await sees(newest('alumni: made good'));
  expect(await marked.getByRole('button', { name: 'Retry' }).count()).toBe(0);
});

test('on a phone nothing sticks out, and buttons are within reach', async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${scene.slack.url}?as=ben&channel=db-ops`);
  await press(newest('run again by ben'), 'Details');
  await sees(whispered('Largest tables'));
  await composer().fill('/backup status');
  await composer().press('Enter');
  await sees(newest('Recoverable to'));
  expect(await width()).toBe(390);
  expect(await stickingOut()).toEqual([]);
});

test('neither the page nor the bot did anything wrong', () => {
  expect(troubles).toEqual([]);
  expect(scene.slack.notices()).toEqual([]);
});
