import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HttpTransport } from '../../../src/surfaces/slack/settings.ts';
import { eventually } from '../../support/eventually.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
beforeEach(async () => {
  scene = await slackScene({ transport: 'http' });
});
afterEach(() => scene.close());

const whispers = () => scene.slack.ephemerals('asha').map(({ text }) => text);
const asks = () => scene.slack.as('asha').command('/backup whoami', { channel: 'general' });
const answer = expect.stringContaining('You are');
const refused = '/backup failed with the error "http_client_error"';

function listening(): HttpTransport {
  if (scene.transport.kind !== 'http') throw new Error('this scene is over HTTP');
  return scene.transport;
}

test.each(['wrong-secret', 'stale'] as const)(
  'a request that is forged (%s) is refused, done nothing about, and told once',
  async (how) => {
    for (const _ of [1, 2]) {
      scene.slack.tamper(how);
      await asks();
    }
    await asks();
    await eventually(() => expect(whispers()).toEqual([refused, refused, answer]));
    expect(scene.state.audit.list({ actor: 'asha' })).toHaveLength(1);
    expect(scene.logged.filter((line) => line.startsWith('Refused a request'))).toHaveLength(1);
  },
);

test('a request that somebody caught and sends again is acknowledged, and not done again', async () => {
  scene.slack.tamper('replayed');
  await scene.slack.as('ben').command('/backup backup full');
  expect(scene.logged).toContain('Heard again from Slack, and not done again');
  scene.state.jobs.finish(scene.state.jobs.running()[0]?.id ?? '', { kind: 'cancelled', reason: 'by the test' });
  await asks();
  await eventually(() => expect(whispers()).toEqual([answer]));
  expect(scene.state.jobs.list({})).toHaveLength(1);
  expect(scene.state.audit.list({ actor: 'ben' })).toHaveLength(1);
});

test('a click that somebody caught and sends again is not done again', async () => {
  const started = scene.state.jobs.start({
    kind: 'full-backup',
    source: 'alumni',
    startedBy: 'ben',
    trigger: 'request',
  });
  if (started.kind === 'busy') throw new Error('one runs already');
  scene.state.jobs.finish(started.job.id, { kind: 'cancelled', reason: 'by the test' });
  await scene.advance(700);
  const message = await scene.slack.waitForMessage(({ text }) => text.includes('stopped before it was done'));
  scene.slack.tamper('replayed');
  expect(await scene.slack.as('ben').click(message, 'retry')).toMatchObject({ state: 'done' });
  expect(scene.logged).toContain('Heard again from Slack, and not done again');
  expect(scene.state.jobs.list({})).toHaveLength(2);
});

test('an event that Slack sends again, because it heard nothing, is done once', async () => {
  const hellos = () => scene.slack.messages('general').filter(({ text }) => text.startsWith('Hello'));
  scene.slack.tamper('answer-lost');
  await scene.slack.as('asha').inviteApp('general');
  await eventually(() => expect(hellos()).toHaveLength(1));
  // Nothing but the event's id holds it back now.
  scene.state.notes.remove('slack-welcome:C0GENERAL');
  await scene.advance(100);
  await eventually(() => expect(scene.logged).toContain('Heard again from Slack, and not done again'));
  expect(hellos()).toHaveLength(1);
});

test('while the bot is down people are told by Slack, and after a restart it listens again at once', async () => {
  await scene.stopBot();
  await asks();
  expect(whispers()).toEqual(['/backup failed with the error "dispatch_failed"']);
  await scene.restartBot();
  await asks();
  await eventually(() => expect(whispers().at(-1)).toEqual(answer));
});

test('nothing is anywhere but at its one path, and a POST elsewhere is told with the mend', async () => {
  const { host, port } = listening();
  const there = `http://${host}:${port}`;
  for (const [path, method] of [
    ['/slack/events', 'GET'],
    ['/', 'POST'],
    ['//', 'POST'],
    ['/slack/events/../', 'GET'],
  ] as const) {
    expect((await fetch(there + path, { method })).status).toBe(404);
  }
  expect(scene.logged.filter((line) => line.includes('every request URL of the app ends so'))).toHaveLength(1);
});

test('stopping does not wait for whoever never finishes a request', async () => {
  const { host, port } = listening();
  const half: Socket = connect(port, host);
  await once(half, 'connect');
  half.on('error', () => undefined).write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf');
  const gone = once(half, 'close');
  await scene.stopBot();
  await gone;
  await expect(fetch(`http://${host}:${port}/slack/events`)).rejects.toThrow();
});

test('a port that is taken is a failure with the mend, and nothing of the bot is left behind', async () => {
  await scene.stopBot();
  const { host, port } = listening();
  const other = createServer();
  await once(other.listen({ host, port }), 'listening');
  await expect(scene.startUnconnected()).rejects.toMatchObject({
    code: 'port-in-use',
    message: expect.stringContaining(`Port ${port} at ${host}`),
    hint: expect.stringContaining('slack.port'),
  });
  other.close();
  await once(other, 'close');
  await scene.restartBot();
  await asks();
  await eventually(() => expect(whispers()).toEqual([answer]));
});
