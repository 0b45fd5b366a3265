import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { People } from '../../src/domain/people.ts';
import { launchChromium } from '../support/chromium.ts';
import { playedRequests } from '../support/played-recovery.ts';
import { people, type SlackScene, slackScene } from '../support/slack-scene.ts';

/** Asking and approving in forms, by hand in a real browser: Ben asks, Dara approves. One story, told in order. */
const withDara: People = { ...people, dara: { slack: 'U0DARA000', roles: { '*': ['approver'] } } };
const played = playedRequests({ replaces: ['sgs_gita_alumni'] });

let browser: Browser;
let scene: SlackScene;
let ben: Page;
let dara: Page;
const troubles: string[] = [];

beforeAll(async () => {
  [browser, scene] = await Promise.all([
    launchChromium(),
    slackScene({
      startAt: '2026-11-28T10:35:00Z',
      people: withDara,
      targets: ['replacement', 'spare'],
      scratch: true,
      operations: { requestRecovery: played.requestRecovery },
    }),
  ]);
  await scene.slack.preparePage();
  [ben, dara] = await Promise.all([pageOf('ben', 1100), pageOf('dara', 390)]);
});
afterAll(async () => {
  await browser?.close();
  await scene?.close();
  expect(troubles).toEqual([]);
});

async function pageOf(name: string, width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 844 } });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  await page.goto(`${scene.slack.url}?as=${name}&channel=db-ops`);
  return page;
}

const form = (page: Page) => page.getByRole('dialog');
const card = (page: Page) =>
  page
    .getByRole('log', { name: /^Messages in/ })
    .getByRole('article')
    .filter({ hasText: /recovery of alumni onto replacement/i })
    .last();
const type = async (page: Page, command: string) => {
  await page.getByRole('combobox', { name: /^Message/ }).fill(command);
  await page.getByRole('button', { name: 'Send' }).click();
};
const hides = (page: Page) => form(page).waitFor({ state: 'detached' });

/** Where pictures are wanted, to look at. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.TIDEMARK_PICTURES;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

test('a recovery is asked for in a form that is filled in by keyboard, corrected beside the field, and says when that is', async () => {
  await type(ben, '/backup restore');
  await form(ben).getByLabel('What is to come back?').selectOption('Everything, as it was at a moment');
  await form(ben).getByLabel('Onto which server?').selectOption('replacement');
  await form(ben).getByLabel('Time').fill('noon');
  await form(ben).getByLabel('Why?').fill('users was dropped');
  await form(ben).getByLabel('Why?').press('Enter');
  await form(ben).getByText('Write it as 10:30 or 10:30:45').waitFor();
  const time = form(ben).getByLabel('Time');
  expect(await time.getAttribute('aria-invalid')).toBe('true');
  await picture(ben, 'form-wrong');

  await time.fill('10:30:45');
  await time.press('Enter');
  await form(ben)
    .getByText(/2026-11-28 10.30.45 UTC/)
    .waitFor();
  expect(await form(ben).getByLabel('Why?').inputValue()).toBe('users was dropped');
  await picture(ben, 'form');
  await form(ben).getByRole('button', { name: 'Ask for approval' }).click();
  await form(ben)
    .getByText(/waits for approval in/)
    .waitFor();
  await picture(ben, 'asked');
  expect(played.asked).toMatchObject([
    { scenario: 'point-in-time', target: 'replacement', end: { at: '2026-11-28T10:30:45.000Z' } },
  ]);
  await ben.keyboard.press('Escape');
  await hides(ben);
});

test('whoever asked gets no form, but the reason', async () => {
  await scene.advance(1_600);
  await card(ben).getByRole('button', { name: 'Approve', exact: true }).click();
  await ben.getByText(/somebody else has to approve it/).waitFor();
  expect(await form(ben).count()).toBe(0);
});

test('on a phone the name is typed; a wrong one is said beside it, the right one approves', async () => {
  await card(dara).getByRole('button', { name: 'Approve', exact: true }).click();
  const typed = form(dara).getByLabel(/type the target's name/);
  await typed.waitFor();
  expect(await typed.evaluate((input) => input === input.ownerDocument.activeElement)).toBe(true);
  await typed.fill('spare');
  await form(dara).getByRole('button', { name: 'Approve', exact: true }).click();
  await form(dara).getByText('Only replacement is, letter by letter').waitFor();
  const box = await form(dara).boundingBox();
  expect(box && box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844).toBe(true);
  const wider = await form(dara).evaluate((dialog) =>
    [...dialog.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > dialog.getBoundingClientRect().right + 1)
      .map((element) => element.textContent),
  );
  expect(wider).toEqual([]);
  await picture(dara, 'approve-390');
  await typed.fill('replacement');
  await typed.press('Enter');
  await hides(dara);
  await scene.advance(1_600);
  await card(dara)
    .getByText(/approved by dara in Slack/)
    .waitFor();
  await picture(dara, 'approved-390');
});

test('the form to ask in fits on a phone too, and closes by its button', async () => {
  await type(dara, '/backup restore pitr scratch');
  await form(dara).getByLabel('Day').waitFor();
  expect(await dara.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
  await picture(dara, 'form-390');
  await form(dara).getByRole('button', { name: 'Cancel' }).click();
  await hides(dara);
});
