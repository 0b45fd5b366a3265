import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { socketApp } from './socket-app.ts';

const manifest = parseManifest(fallbackManifest);
let clock: HandClock;
let playground: Playground;

beforeEach(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest });
});
afterEach(() => playground.close());

test('a manifest that is wrong is refused by the path of what is wrong', () => {
  expect(() => parseManifest('display_information: { name: 7 }')).toThrow(/display_information\.name/);
});

test('an app is not in a channel until somebody invites it', async () => {
  const post = () => callApi(playground, 'chat.postMessage', { channel: '#general', text: 'hello' });
  expect(await post()).toMatchObject({ error: 'not_in_channel' });
  await playground.as('asha').inviteApp('general');
  expect(await post()).toMatchObject({ ok: true });
});

test('a private channel does not exist for an app outside it', async () => {
  const post = () => callApi(playground, 'chat.postMessage', { channel: 'C0DBAPRIVATE', text: 'hello' });
  expect(await post()).toMatchObject({ error: 'channel_not_found' });
  await playground.as('dara').inviteApp('dba-private');
  expect(await post()).toMatchObject({ ok: true });
  await expect(playground.as('ben').say('me too', { channel: 'dba-private' })).rejects.toThrow('ben is not in');
});

test('a direct message reaches its person, by conversation or by person', async () => {
  const opened = await callApi(playground, 'conversations.open', { users: 'U0BEN0000' });
  const { id } = opened.channel as { id: string };
  await callApi(playground, 'chat.postMessage', { channel: id, text: 'one' });
  await callApi(playground, 'chat.postMessage', { channel: 'U0BEN0000', text: 'two' });
  expect(playground.directMessages('ben').map((it) => it.text)).toEqual(['one', 'two']);
  expect(playground.directMessages('asha')).toEqual([]);
});

test('an ephemeral message is its person’s alone, and no message to update', async () => {
  const args = { channel: 'C0DBOPS00', user: 'U0CHEN000', text: 'psst' };
  const { message_ts: ts } = await callApi(playground, 'chat.postEphemeral', args);
  expect(playground.ephemerals('chen').map((it) => it.text)).toEqual(['psst']);
  expect(playground.messages('db-ops')).toEqual([]);
  const update = await callApi(playground, 'chat.update', { channel: 'C0DBOPS00', ts, text: 'x' });
  expect(update).toMatchObject({ error: 'message_not_found' });
});

test('a mention is told only to an app that asks for it and may read it', async () => {
  const curious = structuredClone(manifest);
  curious.settings.event_subscriptions = { bot_events: ['app_mention', 'message.channels'] };
  curious.oauth_config.scopes.bot.push('app_mentions:read');
  const other = await startPlayground({ clock, manifest: curious });
  try {
    const app = await socketApp(other);
    await app.next();
    await other.as('asha').say('hello @tidemark');
    expect(await app.next()).toMatchObject({
      payload: { event: { type: 'app_mention', text: 'hello <@U0PLAYGRND>' } },
    });
    expect(other.notices()).toMatchObject([{ where: 'events', error: 'missing_scope' }]);
  } finally {
    await other.close();
  }
});

test('somebody may still click what they saw before it changed, and the app is sent what stands there now', async () => {
  const app = await socketApp(playground);
  await app.next();
  const elements = [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }];
  const blocks = JSON.stringify([{ type: 'actions', elements }]);
  const { ts } = await callApi(playground, 'chat.postMessage', { channel: '#db-ops', text: 'old', blocks });
  const seen = await playground.waitForMessage((it) => it.text === 'old');
  await callApi(playground, 'chat.update', { channel: 'C0DBOPS00', ts, text: 'new' });
  const clicked = playground.as('ben').click(seen, 'go');
  const envelope = await app.next();
  expect(envelope).toMatchObject({ payload: { message: { text: 'new' }, actions: [{ action_id: 'go' }] } });
  await app.acknowledge(envelope);
  expect(await clicked).toMatchObject({ state: 'done' });
  await expect(playground.as('ben').click(seen, 'stop')).rejects.toThrow('No element stop');
});

test('waiting in vain says what there was instead', async () => {
  await playground.as('asha').say('something else');
  const waiting = playground.waitForMessage((it) => it.text === 'the report', 20);
  await expect(waiting).rejects.toThrow('something else');
});
