import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HandClock, handClock } from '../../src/playground/clock.ts';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { methods } from '../../src/playground/methods/table.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { methodFixtures } from './fixtures/methods.ts';
import { uploadedFile } from './uploaded-file.ts';

const manifest = parseManifest(fallbackManifest);
let clock: HandClock;
let playground: Playground;

beforeEach(async () => {
  clock = handClock();
  playground = await startPlayground({ clock, manifest });
});
afterEach(() => playground.close());

test('every method of the table has its fixtures, and no fixture stands alone', () => {
  expect(Object.keys(methodFixtures).sort()).toEqual([...methods.keys()].sort());
});

describe.each(Object.entries(methodFixtures))('%s', (name, { accepted, refused }) => {
  const fillIn = async (args: Record<string, unknown>) => {
    const head = await callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'head' });
    await playground.as('asha').say('theirs');
    const theirs = playground.messages('db-ops').at(-1)?.ts;
    const uploaded = args.files === '$uploaded' ? await uploadedFile(playground) : undefined;
    const trigger = playground.as('asha').trigger();
    const standIns: Record<string, unknown> = {
      $head: head.ts,
      $theirs: theirs,
      $uploaded: uploaded,
      $trigger: trigger,
    };
    return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, standIns[String(value)] ?? value]));
  };

  test(`refuses with ${refused.error}`, async () => {
    const answer = await callApi(playground, name, await fillIn(refused.args));
    expect(answer).toMatchObject({ ok: false, error: refused.error });
    expect(playground.notices().at(-1)).toMatchObject({ where: name, error: refused.error });
  });

  test('accepts', async () => {
    expect(await callApi(playground, name, await fillIn(accepted))).toMatchObject({ ok: true });
    expect(playground.notices()).toEqual([]);
  });
});

test('a method that is not in the table is unknown, views.publish for one', async () => {
  expect(await callApi(playground, 'views.publish', { user_id: 'x' })).toMatchObject({ error: 'unknown_method' });
});

test('a call without a token, with a wrong one, or with the wrong kind is refused', async () => {
  expect(await callApi(playground, 'auth.test', { token: '' })).toMatchObject({ error: 'not_authed' });
  expect(await callApi(playground, 'auth.test', { token: 'xoxb-9' })).toMatchObject({ error: 'invalid_auth' });
  const app = { token: playground.appToken, channel: 'C0DBOPS00', text: 'x' };
  expect(await callApi(playground, 'chat.postMessage', app)).toMatchObject({ error: 'not_allowed_token_type' });
});

test('a scope that the manifest does not ask for is missing, and both sides are named', async () => {
  const poor = structuredClone(manifest);
  poor.oauth_config.scopes.bot = ['commands'];
  const other = await startPlayground({ clock, manifest: poor });
  try {
    const answer = await callApi(other, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'x' });
    expect(answer).toMatchObject({ error: 'missing_scope', needed: 'chat:write', provided: 'commands' });
  } finally {
    await other.close();
  }
});

test('a missing argument is named, an unknown one ignored', async () => {
  const answer = await callApi(playground, 'chat.update', { channel: 'C0DBOPS00', text: 'x' });
  expect(answer.error).toBe('invalid_arguments');
  expect(answer.response_metadata?.messages).toEqual(['[ERROR] missing required field: ts']);
  expect(await callApi(playground, 'users.info', { user: 'U0ASHA000', sparkle: '1' })).toMatchObject({ ok: true });
});

test('chat.postMessage refuses an unknown channel, nothing to say, and a reply to a reply', async () => {
  const post = (args: object) => callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', ...args });
  expect(await post({ channel: 'C0NOWHERE', text: 'x' })).toMatchObject({ error: 'channel_not_found' });
  expect(await post({})).toMatchObject({ error: 'no_text' });
  expect(await post({ blocks: '[]' })).toMatchObject({ error: 'no_text' });
  expect(await post({ text: 'x', thread_ts: '1.000001' })).toMatchObject({ error: 'thread_not_found' });
  const head = await post({ text: 'head' });
  const reply = await post({ text: 'reply', thread_ts: head.ts });
  clock.advance(5_000);
  expect(await post({ text: 'x', thread_ts: reply.ts })).toMatchObject({ error: 'cannot_reply_to_message' });
  expect(playground.thread(head.ts ?? '').map((it) => it.text)).toEqual(['reply']);
});

test('blocks without text are accepted, and noticed', async () => {
  const blocks = JSON.stringify([{ type: 'divider' }]);
  expect(await callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', blocks })).toMatchObject({ ok: true });
  expect(playground.notices()).toMatchObject([{ error: 'missing_text_in_message' }]);
});

test('chat.update without blocks removes them, and marks as edited', async () => {
  const blocks = JSON.stringify([{ type: 'header', text: { type: 'plain_text', text: 'Old' } }]);
  const { ts } = await callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'old', blocks });
  await callApi(playground, 'chat.update', { channel: 'C0DBOPS00', ts, text: 'new' });
  expect(playground.messages('db-ops')).toMatchObject([{ text: 'new', blocks: [], edited: true, updates: 1 }]);
});

test('chat.update counts bytes after escaping, as Slack does', async () => {
  const { ts } = await callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'x' });
  const update = (text: string) => callApi(playground, 'chat.update', { channel: 'C0DBOPS00', ts, text });
  expect(await update('&'.repeat(801))).toMatchObject({ error: 'msg_too_long' });
  expect(await update('é'.repeat(2_001))).toMatchObject({ error: 'msg_too_long' });
  expect(await update('&'.repeat(800))).toMatchObject({ ok: true });
});

test('posting more than one message a second for long is limited for that channel alone', async () => {
  const post = (channel: string) => callApi(playground, 'chat.postMessage', { channel, text: 'x' });
  for (let i = 0; i < 5; i++) expect(await post('C0DBOPS00')).toMatchObject({ ok: true });
  expect(await post('C0DBOPS00')).toMatchObject({ status: 429, error: 'ratelimited', retryAfter: '5' });
  expect(await post('U0BEN0000')).toMatchObject({ ok: true });
  clock.advance(5_000);
  expect(await post('C0DBOPS00')).toMatchObject({ ok: true });
});

test('the fifty-first update within a minute is limited', async () => {
  const { ts } = await callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'x' });
  const update = () => callApi(playground, 'chat.update', { channel: 'C0DBOPS00', ts, text: 'y' });
  for (let i = 0; i < 50; i++) await update();
  expect(await update()).toMatchObject({ status: 429, retryAfter: '60' });
  clock.advance(60_000);
  expect(await update()).toMatchObject({ ok: true });
});

test('a list is paged by cursors', async () => {
  const first = await callApi(playground, 'conversations.list', { limit: 1 });
  expect(first).toMatchObject({ channels: [{ name: 'db-ops', is_member: true }] });
  const cursor = first.response_metadata?.next_cursor;
  const second = await callApi(playground, 'conversations.list', { limit: 1, cursor });
  expect(second).toMatchObject({ channels: [{ name: 'general' }], response_metadata: { next_cursor: '' } });
});

test('Slack slow, refusing or gone on order', async () => {
  playground.refuse('chat.postMessage', 'internal_error');
  const post = () => callApi(playground, 'chat.postMessage', { channel: 'C0DBOPS00', text: 'x' });
  expect(await post()).toMatchObject({ error: 'internal_error' });
  playground.limit('*', 7);
  expect(await post()).toMatchObject({ status: 429, retryAfter: '7' });
  playground.slackIs('refusing');
  await expect(post()).rejects.toThrow();
  playground.slackIs('hanging');
  const hung = expect(post()).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 50));
  playground.slackIs('well');
  await hung;
  expect(await post()).toMatchObject({ ok: true });
});
