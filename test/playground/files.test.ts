import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fallbackManifest, parseManifest } from '../../src/playground/manifest.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { callApi } from './call-api.ts';
import { uploadedFile } from './uploaded-file.ts';

let playground: Playground;
beforeEach(async () => {
  playground = await startPlayground({ manifest: parseManifest(fallbackManifest) });
});
afterEach(() => playground.close());

const complete = (args: object) =>
  callApi(playground, 'files.completeUploadExternal', { channel_id: 'C0DBOPS00', ...args });

test('what the SDK uploads stands in the thread, with its comment, and can be opened', async () => {
  const { botToken, apiUrl } = playground;
  const client = new WebClient(botToken, { slackApiUrl: apiUrl, retryConfig: { retries: 0 } });
  const { ts = '' } = await client.chat.postMessage({ channel: 'C0DBOPS00', text: 'head' });
  const content = 'one\nzwei ✗\n';
  const file = { filename: 'findings.txt', title: 'All findings', content, initial_comment: 'two of them' };
  await client.files.uploadV2({ channel_id: 'C0DBOPS00', thread_ts: ts, ...file });

  const [reply] = playground.thread(ts);
  expect(reply && playground.shownText(reply)).toBe('two of them\n📎 All findings');
  expect(reply?.files).toMatchObject([{ name: 'findings.txt', size: Buffer.byteLength(content) }]);
  const opened = await fetch(`${playground.url}files/${reply?.files?.[0]?.id}`);
  expect(await opened.text()).toBe(content);
  expect(opened.headers.get('content-type')).toContain('text/plain');
  expect(playground.notices()).toEqual([]);
});

test('bytes that are not as many as announced are refused, and so is completing without them', async () => {
  const announced = await callApi(playground, 'files.getUploadURLExternal', { filename: 'a.txt', length: 9 });
  const sent = await fetch(String(announced.upload_url), { method: 'POST', body: 'short' });
  expect(sent.status).toBe(400);
  const files = JSON.stringify([{ id: announced.file_id }]);
  expect(await complete({ files })).toMatchObject({ error: 'file_not_found' });
  expect(playground.messages('db-ops')).toEqual([]);
});

test('a file goes nowhere that a message would not go', async () => {
  const files = await uploadedFile(playground);
  expect(await complete({ files, channel_id: 'C0GENERAL' })).toMatchObject({ error: 'not_in_channel' });
  expect(await complete({ files, channel_id: 'C0DBAPRIVATE' })).toMatchObject({ error: 'channel_not_found' });
  expect(await complete({ files, thread_ts: '1.000001' })).toMatchObject({ error: 'thread_not_found' });
  expect(playground.messages('general')).toEqual([]);
});
