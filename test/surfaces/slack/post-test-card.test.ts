import { afterEach, expect, test } from 'vitest';
import { type Playground, startPlayground } from '../../../src/playground/start-playground.ts';
import { postTestCard } from '../../../src/surfaces/slack/post-test-card.ts';
import { eventually } from '../../support/eventually.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let slack: Playground | undefined;
let scene: SlackScene | undefined;
afterEach(async () => {
  await slack?.close();
  await scene?.close();
  slack = scene = undefined;
});

const caller = { osUser: 'root', host: 'db1.example.org', version: '0.1.0' };

function post({ apiUrl, appToken, botToken }: Playground, change: { channel?: string; botToken?: string } = {}) {
  const transport = { kind: 'socket-mode', appToken } as const;
  return postTestCard({ apiUrl, botToken, transport, channel: '#db-ops', ...change }, caller);
}

test.each([
  ['a channel that the bot is not in', { channel: '#general' }, 'not_in_channel', '/invite'],
  ['a channel that is not there', { channel: '#nowhere' }, 'channel_not_found', 'slack.channel'],
  ['a wrong token', { botToken: 'xoxb-wrong' }, 'invalid_auth', 'slack.botToken'],
])('%s is a finding with its mend', async (_, change, code, mend) => {
  slack = await startPlayground();
  const [check] = await post(slack, change);
  expect(check).toMatchObject({ state: 'bad', finding: `Slack says ${code}`, mend: expect.stringContaining(mend) });
});

test('Slack out of reach is a finding', async () => {
  slack = await startPlayground();
  slack.slackIs('refusing');
  expect(await post(slack)).toMatchObject([{ state: 'bad', finding: expect.stringContaining('out of reach') }]);
});

test('a card says who sent it and from where, and its button is answered by the bot to whoever clicked alone', async () => {
  scene = await slackScene();
  expect(await post(scene.slack)).toMatchObject([{ id: 'slack.test-card', subject: '#db-ops', state: 'good' }]);
  const card = await scene.slack.waitForMessage(({ text }) => text.includes('Hello from Tidemark'));
  expect(scene.slack.shownText(card)).toContain('`root` on `db1.example.org`');
  await scene.slack.as('dara').click(card, 'test-card');
  await eventually(() => expect(scene?.slack.ephemerals('dara')).toHaveLength(1));
  expect(scene.slack.ephemerals('dara')[0]?.text).toMatch(/It works: your click reached me in [\d.]+ s/);
  expect(scene.slack.notices()).toEqual([]);
});
