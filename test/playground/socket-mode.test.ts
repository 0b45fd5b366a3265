import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { boltApp } from './bolt-app.ts';
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

test('a connection URL opens one connection, once, and not after half a minute', async () => {
  const { url } = await callApi(playground, 'apps.connections.open');
  const open = (at = '') =>
    new Promise((resolve, reject) => new WebSocket(at).once('open', () => resolve('open')).once('error', reject));
  expect(await open(url)).toBe('open');
  await expect(open(url)).rejects.toThrow('401');
  const stale = await callApi(playground, 'apps.connections.open');
  clock.advance(31_000);
  await expect(open(stale.url)).rejects.toThrow('401');
});

test('the eleventh connection is turned away', async () => {
  for (let i = 1; i <= 10; i++)
    expect(await (await socketApp(playground)).next()).toMatchObject({ num_connections: i });
  const eleventh = await socketApp(playground);
  expect(await eleventh.next()).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
  await eleventh.closed;
  expect(playground.connections()).toBe(10);
});

test('an app without Socket Mode in its manifest is told so', async () => {
  const without = structuredClone(manifest);
  without.settings.socket_mode_enabled = false;
  const other = await startPlayground({ clock, manifest: without });
  try {
    const app = await socketApp(other);
    expect(await app.next()).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
  } finally {
    await other.close();
  }
});

test('a command nobody acknowledges fails in sight of who typed it, and a late acknowledgement is ignored', async () => {
  const app = await socketApp(playground);
  await app.next();
  const typed = playground.as('asha').command('/backup full');
  const envelope = await app.next();
  clock.advance(3_000);
  await typed;
  expect(playground.ephemerals('asha').map((it) => it.text)).toEqual([
    '/backup failed with the error "operation_timeout"',
  ]);
  expect(playground.ephemerals('ben')).toEqual([]);

  await app.acknowledge(envelope, { text: 'sorry, I was asleep' });
  expect(playground.ephemerals('asha')).toHaveLength(1);
  expect(playground.notices().at(-1)).toMatchObject({ where: 'ack', error: 'late_acknowledgement' });
});

test('a command with no connection at all fails to be dispatched', async () => {
  const typed = playground.as('asha').command('/backup full');
  clock.advance(3_000);
  await typed;
  expect(playground.ephemerals('asha').map((it) => it.text)).toEqual([
    '/backup failed with the error "dispatch_failed"',
  ]);
});

test('a command the manifest does not have is no command, and reaches nobody', async () => {
  const app = await socketApp(playground);
  await app.next();
  await playground.as('asha').command('/restore now');
  expect(playground.ephemerals('asha')[0]?.text).toContain('`/restore` is not a valid command.');
});

test('what comes with the acknowledgement of a command is shown, to one or to all', async () => {
  const app = await socketApp(playground);
  await app.next();
  const answerWith = async (payload: object) => {
    const typed = playground.as('asha').command('/backup help');
    await app.acknowledge(await app.next(), payload);
    await typed;
  };
  await answerWith({});
  expect(playground.ephemerals('asha')).toEqual([]);
  await answerWith({ text: 'for you' });
  expect(playground.ephemerals('asha').map((it) => it.text)).toEqual(['for you']);
  await answerWith({ text: 'for all', response_type: 'in_channel' });
  expect(playground.messages('db-ops').map((it) => it.text)).toEqual(['for all']);
});

test('an unacknowledged click leaves a warning, and is not sent again', async () => {
  const app = await socketApp(playground);
  await app.next();
  const blocks = [
    { type: 'actions', elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }] },
  ];
  await callApi(playground, 'chat.postMessage', { channel: '#db-ops', text: 'x', blocks: JSON.stringify(blocks) });
  const [message] = playground.messages('db-ops');
  if (!message) throw new Error('no message');
  const clicked = playground.as('ben').click(message, 'go');
  expect(await app.next()).toMatchObject({ type: 'interactive', payload: { type: 'block_actions' } });
  clock.advance(3_000);
  expect(await clicked).toMatchObject({ state: 'failed', says: expect.stringContaining('timed out') });
  clock.advance(600_000);
  const again = playground.as('ben').click(message, 'go');
  expect(await app.next()).toMatchObject({ payload: { actions: [{ action_id: 'go' }] } });
  clock.advance(3_000);
  await again;
});

test('an unacknowledged event comes again with its number and reason, under the same id, until acknowledged', async () => {
  const app = await socketApp(playground);
  await app.next();
  await playground.as('asha').inviteApp('general');
  const first = await app.next();
  expect(first).toMatchObject({
    type: 'events_api',
    retry_attempt: 0,
    payload: { event: { type: 'member_joined_channel' } },
  });
  clock.advance(3_000);
  await Promise.resolve();
  clock.advance(0);
  const second = await app.next();
  expect(second).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
  expect(second.payload.event_id).toBe(first.payload.event_id);
  await app.acknowledge(second);
  clock.advance(600_000);
  await playground.as('asha').say('still there?', { channel: 'general' });
  expect(playground.notices().filter((it) => it.where === 'events')).toEqual([]);
});

test('an event outside the manifest is not sent', async () => {
  const deaf = structuredClone(manifest);
  deaf.settings.event_subscriptions = { bot_events: [] };
  const other = await startPlayground({ clock, manifest: deaf });
  try {
    const app = await socketApp(other);
    await app.next();
    await other.as('asha').inviteApp('general');
    const typed = other.as('asha').command('/backup status');
    const next = await app.next();
    expect(next.type).toBe('slash_commands');
    await app.acknowledge(next);
    await typed;
  } finally {
    await other.close();
  }
});

test('payloads go to any connection, and to the one left when another is gone', async () => {
  const one = await socketApp(playground);
  const two = await socketApp(playground);
  await one.next();
  await two.next();
  const run = async (app: typeof one) => {
    const typed = playground.as('asha').command('/backup status');
    await app.acknowledge(await app.next());
    await typed;
  };
  await run(one);
  await run(two);
  two.close();
  await two.closed;
  await run(one);
  await run(one);
  expect(playground.ephemerals('asha')).toEqual([]);
});

test.each(['warning', 'refresh_requested'] as const)(
  'no command is lost when Slack disconnects with %s',
  async (reason) => {
    const live = await startPlayground({ manifest });
    const bot = boltApp(live, { clientPingTimeout: 300 });
    bot.command('/backup', async ({ ack, command }) => ack(`ran ${command.text}`));
    try {
      await bot.start();
      await live.as('asha').command('/backup before');
      live.disconnect({ reason });
      await live.as('asha').command('/backup during');
      live.cutConnections();
      await live.as('asha').command('/backup after');
      expect(live.ephemerals('asha').map((it) => it.text)).toEqual(['ran before', 'ran during', 'ran after']);
    } finally {
      await bot.stop();
      await live.close();
    }
  },
);
