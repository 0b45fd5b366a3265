import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkHttp } from '../../../src/surfaces/slack/http-health.ts';
import type { HttpTransport } from '../../../src/surfaces/slack/settings.ts';
import { slackHealth } from '../../../src/surfaces/slack/slack-health.ts';
import { freePort } from '../../support/free-port.ts';
import { slackScene } from '../../support/slack-scene.ts';

let transport: HttpTransport;
let server: Server | undefined;
beforeEach(async () => {
  transport = { kind: 'http', signingSecret: '8f742231b10e', host: '127.0.0.1', port: await freePort() };
});
afterEach(() => {
  server?.close();
  server = undefined;
});

async function occupy(other: Server): Promise<void> {
  server = other;
  await once(other.listen(transport), 'listening');
}

test('a program that speaks no HTTP holds the port: it is named as taken', async () => {
  await occupy(createServer((socket) => socket.destroy()));
  expect(await checkHttp(transport)).toMatchObject({
    state: 'bad',
    finding: expect.stringContaining('is in use by another program'),
    mend: expect.stringContaining('slack.port'),
  });
});

test('another web server on the port is told from the bot', async () => {
  await occupy(createWebServer((_, response) => response.writeHead(404).end()));
  expect(await checkHttp(transport)).toMatchObject({
    state: 'bad',
    finding: expect.stringContaining('another program answers at 127.0.0.1'),
  });
});

test('an address that is not of this machine is named with the ones that may be', async () => {
  expect(await checkHttp({ ...transport, host: 'nowhere.invalid' })).toMatchObject({
    state: 'bad',
    finding: 'This machine has no address nowhere.invalid.',
    mend: expect.stringContaining('slack.host'),
  });
});

test('where no bot runs yet, the port is free for it', async () => {
  expect(await checkHttp(transport)).toMatchObject({ state: 'good', finding: expect.stringContaining('is free for') });
});

test('the running bot must take what is signed with the configured secret', async () => {
  const scene = await slackScene({ transport: 'http' });
  try {
    if (scene.transport.kind !== 'http') throw new Error('this scene is over HTTP');
    expect(await checkHttp({ ...scene.transport, signingSecret: 'of-another-app' })).toMatchObject({
      state: 'bad',
      finding: expect.stringContaining('refuses what is signed'),
      mend: expect.stringContaining('slack.signingSecret'),
    });
    const { botToken, apiUrl } = scene.slack;
    const checks = await slackHealth({ botToken, apiUrl, transport: scene.transport, channel: '#db-ops' });
    expect(checks.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'slack.token good',
      'slack.scopes good',
      'slack.http good',
      'slack.channel good',
    ]);
  } finally {
    await scene.close();
  }
});
