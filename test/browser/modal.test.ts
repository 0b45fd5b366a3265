import { expect, onTestFinished, test } from 'vitest';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { startPlayground } from '../../src/playground/start-playground.ts';
import { boltApp } from '../playground/bolt-app.ts';
import { launchChromium } from '../support/chromium.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

test('a modal that the app opens is filled in, says what is wrong, and goes when the app takes it', async () => {
  const playground = await startPlayground({ manifest: parseManifest(fallbackManifest) });
  const bot = boltApp(playground);
  const taken: string[] = [];
  bot.command('/backup', async ({ ack, client, command }) => {
    await ack();
    const input = {
      type: 'input' as const,
      block_id: 'target',
      label: plain('Its name'),
      element: { type: 'plain_text_input' as const, action_id: 'name' },
    };
    const view = {
      type: 'modal' as const,
      callback_id: 'sure',
      title: plain('Sure?'),
      submit: plain('Yes'),
      blocks: [input],
    };
    await client.views.open({ trigger_id: command.trigger_id, view });
  });
  bot.view('sure', async ({ ack, view }) => {
    const typed = view.state.values.target?.name?.value ?? '';
    if (typed !== 'replacement') return ack({ response_action: 'errors', errors: { target: 'That is not its name.' } });
    taken.push(typed);
    return ack();
  });
  await bot.start();
  const browser = await launchChromium();
  onTestFinished(async () => {
    await browser.close();
    await bot.stop();
    await playground.close();
  });
  const page = await browser.newPage();
  await page.goto(`${playground.url}?as=asha&channel=db-ops`);
  await playground.as('asha').command('/backup', { channel: 'db-ops' });

  const modal = page.getByRole('dialog', { name: 'Sure?' });
  await modal.getByLabel('Its name').fill('replacemant');
  await modal.getByRole('button', { name: 'Yes' }).click();
  await modal.getByRole('alert').getByText('That is not its name.').waitFor();
  expect(taken).toEqual([]);
  await modal.getByLabel('Its name').fill('replacement');
  await modal.getByRole('button', { name: 'Yes' }).click();
  await modal.waitFor({ state: 'detached' });
  expect(taken).toEqual(['replacement']);
  expect(playground.notices()).toEqual([]);
});
