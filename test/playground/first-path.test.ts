import type { App } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { boltApp, startBoltOverHttp } from './bolt-app.ts';

let playground: Playground;
let bot: App;

const started = {
  async 'Socket Mode'() {
    const app = boltApp(playground);
    await app.start();
    return app;
  },
  async HTTP() {
    const { app, url } = await startBoltOverHttp(playground);
    await playground.saveRequestUrl(url);
    return app;
  },
};

beforeEach(async () => {
  playground = await startPlayground();
});

afterEach(async () => {
  await bot.stop();
  await playground.close();
});

test.each(['Socket Mode', 'HTTP'] as const)(
  'a command typed reaches a Bolt app over %s, whose message with a button is clicked and then updated',
  async (transport) => {
    bot = await started[transport]();
    bot.command('/backup', async ({ ack, command, client }) => {
      await ack();
      await client.chat.postMessage({
        channel: command.channel_id,
        text: 'Shall I?',
        blocks: [
          { type: 'section', text: { type: 'mrkdwn', text: `*Shall I* ${command.text}?` } },
          {
            type: 'actions',
            elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
          },
        ],
      });
    });
    bot.action('go', async ({ ack, body, client }) => {
      await ack();
      if (body.type !== 'block_actions' || !body.message || !body.channel) throw new Error('not a click on a message');
      await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: `Done by ${body.user.name}` });
    });

    await playground.as('asha').command('/backup full', { channel: 'db-ops' });
    const asked = await playground.waitForMessage((it) => it.text === 'Shall I?');
    expect(playground.shownText(asked)).toBe('*Shall I* full?\n[Go]');

    const clicked = await playground.as('ben').click(asked, 'go');
    expect(clicked.state).toBe('done');
    const done = await playground.waitForMessage((it) => it.text === 'Done by ben');
    expect(done.ts).toBe(asked.ts);
    expect(done.blocks).toEqual([]);
    expect(playground.notices()).toEqual([]);
  },
);
