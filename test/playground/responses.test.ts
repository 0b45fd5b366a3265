import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { createTriggers } from '../../src/playground/triggers.ts';
import { callApi } from './call-api.ts';
import { type SocketApp, socketApp } from './socket-app.ts';

let clock: HandClock;
let playground: Playground;
let app: SocketApp;

beforeEach(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest: parseManifest(fallbackManifest) });
  app = await socketApp(playground);
  await app.next();
});
afterEach(() => playground.close());

const respond = async (url: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.text() };
};

async function commandsUrl(): Promise<string> {
  const typed = playground.as('asha').command('/backup status');
  const envelope = await app.next();
  await app.acknowledge(envelope);
  await typed;
  return envelope.payload.response_url ?? '';
}

async function clicksUrl(): Promise<string> {
  const blocks = [
    { type: 'actions', elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }] },
  ];
  await callApi(playground, 'chat.postMessage', { channel: '#db-ops', text: 'card', blocks: JSON.stringify(blocks) });
  const card = await playground.waitForMessage((it) => it.text === 'card');
  const clicked = playground.as('asha').click(card, 'go');
  const envelope = await app.next();
  await app.acknowledge(envelope);
  await clicked;
  return envelope.payload.response_url ?? '';
}

test('the sixth post to a response_url is refused', async () => {
  const url = await commandsUrl();
  for (let i = 1; i <= 5; i++) expect(await respond(url, { text: `post ${i}` })).toEqual({ status: 200, body: 'ok' });
  const sixth = await respond(url, { text: 'post 6' });
  expect(sixth.status).toBe(404);
  expect(JSON.parse(sixth.body)).toEqual({ ok: false, error: 'used_url' });
  expect(playground.ephemerals('asha')).toHaveLength(5);
  expect(playground.notices().at(-1)).toMatchObject({ where: 'response_url', error: 'used_url' });
});

test('a response_url is dead after half an hour, and an invented one never lived', async () => {
  const url = await commandsUrl();
  clock.advance(30 * 60_000);
  expect(await respond(url, { text: 'just in time' })).toMatchObject({ status: 200 });
  clock.advance(1);
  expect((await respond(url, { text: 'too late' })).body).toContain('expired_url');
  expect((await respond(`${url}x`, { text: 'guessed' })).status).toBe(404);
});

test('bad blocks through a response_url are refused, and shown to nobody', async () => {
  const answer = await respond(await commandsUrl(), { text: 'x', blocks: [{ type: 'video' }] });
  expect(answer.status).toBe(400);
  expect(playground.ephemerals('asha')).toEqual([]);
});

test('a click may replace or delete the message it was on, or answer beside it', async () => {
  const url = await clicksUrl();
  await respond(url, { text: 'beside' });
  expect(playground.ephemerals('asha').map((it) => it.text)).toEqual(['beside']);
  await respond(url, { text: 'instead', replace_original: true });
  expect(playground.messages('db-ops')).toMatchObject([{ text: 'instead', blocks: [] }]);
  await respond(url, { delete_original: true });
  expect(playground.messages('db-ops')).toEqual([]);
});

test('a trigger_id works once and lives three seconds', () => {
  const triggers = createTriggers(clock);
  expect(triggers.redeem('made up')).toEqual({ kind: 'refused', error: 'invalid_trigger_id' });
  const late = triggers.mint('U0ASHA000');
  clock.advance(3_001);
  expect(triggers.redeem(late)).toEqual({ kind: 'refused', error: 'expired_trigger_id' });
  const prompt = triggers.mint('U0ASHA000');
  clock.advance(3_000);
  expect(triggers.redeem(prompt)).toEqual({ kind: 'redeemed', person: 'U0ASHA000' });
  expect(triggers.redeem(prompt)).toEqual({ kind: 'refused', error: 'exchanged_trigger_id' });
});
