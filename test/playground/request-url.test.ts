import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { type HttpApp, httpApp, type SlackRequest } from './http-app.ts';
import { socketApp } from './socket-app.ts';

let clock: HandClock;
let playground: Playground;
let app: HttpApp;

beforeEach(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest: parseManifest(fallbackManifest) });
  app = await httpApp();
});
afterEach(async () => {
  await app.close();
  await playground.close();
});

const whispers = () => playground.ephemerals('asha').map((it) => it.text);

function signatureOf({ headers, body }: SlackRequest): string {
  const signed = `v0:${headers['x-slack-request-timestamp']}:${body}`;
  return `v0=${createHmac('sha256', playground.signingSecret).update(signed).digest('hex')}`;
}

describe('the Request URL', () => {
  test('is saved only when it gives the challenge back', async () => {
    await expect(playground.saveRequestUrl(`${playground.url}nowhere`)).rejects.toThrow('challenge');
    const socket = await socketApp(playground);
    expect(await socket.next()).toMatchObject({ type: 'hello' });
    socket.close();
    await playground.saveRequestUrl(app.url);
  });

  test('is in place of Socket Mode, whose connections are told to go', async () => {
    const socket = await socketApp(playground);
    await socket.next();
    await playground.saveRequestUrl(app.url);
    expect(await socket.next()).toMatchObject({ type: 'disconnect', reason: 'link_disabled' });
    await socket.closed;
    expect(await (await socketApp(playground)).next()).toMatchObject({ reason: 'link_disabled' });
    expect(playground.connections()).toBe(0);
  });
});

describe('once it is saved', () => {
  beforeEach(() => playground.saveRequestUrl(app.url));

  test('a command comes as a signed form, and what is answered is shown', async () => {
    const typed = playground.as('asha').command('/backup status & more');
    const request = await app.next();
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(request.headers['x-slack-signature']).toBe(signatureOf(request));
    const fields = Object.fromEntries(new URLSearchParams(request.body));
    expect(fields).toMatchObject({ command: '/backup', text: 'status & more', user_id: 'U0ASHA000' });
    await request.answer(200, { text: 'for you' });
    await typed;
    expect(whispers()).toEqual(['for you']);
  });

  test('a click comes as a payload in a form', async () => {
    const clicked = await clickGo();
    const request = await app.next();
    const payload = JSON.parse(new URLSearchParams(request.body).get('payload') ?? '') as object;
    expect(payload).toMatchObject({ type: 'block_actions', actions: [{ action_id: 'go' }] });
    expect(request.headers['x-slack-signature']).toBe(signatureOf(request));
    await request.answer(200);
    expect(await clicked.click).toMatchObject({ state: 'done' });
  });

  test.each([
    [401, 'http_client_error'],
    [503, 'http_service_error'],
  ])('an app that answers %i fails in sight of the person, by Slack’s own words', async (status, error) => {
    const typed = playground.as('asha').command('/backup status');
    await (await app.next()).answer(status);
    await typed;
    expect(whispers()).toEqual([`/backup failed with the error "${error}"`]);
    const clicked = await clickGo();
    await (await app.next()).answer(status);
    expect(await clicked.click).toMatchObject({ says: `This app responded with Status Code ${status}.` });
  });

  test('neither a command nor a click is sent again that nobody acknowledged', async () => {
    const typed = playground.as('asha').command('/backup status');
    await app.next();
    clock.advance(3_000);
    await typed;
    expect(whispers()).toEqual(['/backup failed with the error "operation_timeout"']);
    const clicked = await clickGo();
    await app.next();
    clock.advance(3_000);
    expect(await clicked.click).toMatchObject({ state: 'failed', says: expect.stringContaining('timed out') });
    clock.advance(600_000);
    expect(app.waiting()).toBe(0);
  });

  test('an app that is down fails to be dispatched', async () => {
    await app.close();
    await playground.as('asha').command('/backup status');
    expect(whispers()).toEqual(['/backup failed with the error "dispatch_failed"']);
  });

  test('an event comes again three times under its id, with its number and why', async () => {
    await playground.as('asha').inviteApp('general');
    const first = await app.next();
    expect(first.headers).not.toHaveProperty('x-slack-retry-num');
    await first.answer(500);
    const second = await nextAfter(0);
    expect(second.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' });
    expect(second.body).toBe(first.body);
    clock.advance(3_000);
    const third = await nextAfter(60_000);
    expect(third.headers).toMatchObject({ 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' });
    await third.answer(500);
    const fourth = await nextAfter(300_000);
    await fourth.answer(500);
    await expect.poll(() => playground.notices().at(-1)).toMatchObject({ where: 'events', error: 'given_up' });
  });

  test('an event is not sent again to an app that asks for that', async () => {
    await playground.as('asha').inviteApp('general');
    await (await app.next()).answer(500, '', { 'x-slack-no-retry': '1' });
    await expect.poll(() => playground.notices().at(-1)).toMatchObject({ error: 'given_up' });
  });

  test('while Slack is gone nothing gets through', async () => {
    playground.slackIs('refusing');
    await playground.as('asha').command('/backup status');
    expect(whispers()).toEqual(['/backup failed with the error "dispatch_failed"']);
    expect(app.waiting()).toBe(0);
  });

  test('an answer that gets lost is a time-out to Slack, though the app has done its work', async () => {
    playground.tamper('answer-lost');
    const typed = playground.as('asha').command('/backup status');
    await (await app.next()).answer(200, { text: 'for you' });
    await typed;
    expect(whispers()).toEqual(['/backup failed with the error "operation_timeout"']);
  });

  test('something happens to a request on order: another secret, old age, a second time by somebody who caught it', async () => {
    const next = async () => {
      const typed = playground.as('asha').command('/backup status');
      const request = await app.next();
      await request.answer(200);
      return { request, typed };
    };
    playground.tamper('wrong-secret');
    const badly = await next();
    expect(badly.request.headers['x-slack-signature']).not.toBe(signatureOf(badly.request));
    playground.tamper('stale');
    const { request: old } = await next();
    expect(old.headers['x-slack-signature']).toBe(signatureOf(old));
    expect(Number(old.headers['x-slack-request-timestamp'])).toBeLessThan(Date.now() / 1000 - 5 * 60);
    playground.tamper('replayed');
    const { request: caught, typed } = await next();
    const again = await app.next();
    expect([again.body, again.headers]).toEqual([caught.body, caught.headers]);
    await again.answer(200);
    await typed;
  });
});

/** Slack has to have read the last answer before its clock moves: whatever it said came before the answer to this. */
async function nextAfter(milliseconds: number): Promise<SlackRequest> {
  await callApi(playground, 'auth.test');
  clock.advance(milliseconds);
  return app.next();
}

async function clickGo() {
  const text = { type: 'plain_text', text: 'Go' };
  const blocks = JSON.stringify([{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text }] }]);
  const { ts } = await callApi(playground, 'chat.postMessage', { channel: '#db-ops', text: 'card', blocks });
  const card = playground.messages('db-ops').find((it) => it.ts === ts);
  if (!card) throw new Error('no card');
  return { click: playground.as('asha').click(card, 'go') };
}
