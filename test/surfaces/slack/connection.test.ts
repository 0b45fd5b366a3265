import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { type SlackScene, slackScene } from '../../support/slack-scene.ts';

let scene: SlackScene;
afterEach(() => scene.close());

async function answersTo(person: string): Promise<void> {
  const before = scene.slack.ephemerals(person).length;
  await scene.slack.as(person).command('/backup whoami', { channel: 'general' });
  await eventually(() => expect(scene.slack.ephemerals(person).length).toBeGreaterThan(before));
  const last = scene.slack.ephemerals(person).at(-1);
  expect(last && scene.slack.shownText(last)).toContain('You are');
}

test('a bot that finds Slack out of reach starts at once, and connects when it is back', async () => {
  scene = await slackScene({ bot: false });
  scene.slack.slackIs('refusing');
  const bot = await scene.startUnconnected();
  expect(bot.isConnected()).toBe(false);
  await eventually(() => expect(scene.logged.join()).toContain('out of reach'));
  scene.slack.slackIs('well');
  await scene.slack.waitForConnections(1, 10_000);
  await answersTo('asha');
});

test('a bot that is stopped while Slack hangs is stopped soon', async () => {
  scene = await slackScene({ bot: false });
  scene.slack.slackIs('hanging');
  const bot = await scene.startUnconnected();
  await bot.stop();
  expect(bot.isConnected()).toBe(false);
});

test.each(['warning', 'refresh_requested'] as const)(
  'a connection that Slack ends with %s is replaced at once',
  async (reason) => {
    scene = await slackScene();
    scene.slack.disconnect({ reason });
    await scene.slack.waitForConnections();
    await answersTo('asha');
    expect(scene.slack.connections()).toBe(1);
  },
);

test('a connection that breaks without a word is replaced', async () => {
  scene = await slackScene();
  scene.slack.cutConnections();
  await answersTo('asha');
  expect(scene.slack.connections()).toBe(1);
});

test.each(['socket-mode', 'http'] as const)(
  'a command over %s is acknowledged before Slack is asked anything: a slow Web API delays the answer, not the acknowledgement',
  async (transport) => {
    scene = await slackScene({ transport });
    scene.slack.delay(2_000);
    await scene.slack.as('asha').command('/backup whoami', { channel: 'general' });
    expect(scene.slack.ephemerals('asha')).toEqual([]);
    await eventually(async () => {
      await scene.advance(2_000);
      expect(scene.slack.ephemerals('asha')).toMatchObject([{ author: { kind: 'app' } }]);
    });
    expect(scene.slack.notices()).toEqual([]);
  },
);

test('a job that starts while the connection is gone is shown all the same', async () => {
  scene = await slackScene();
  scene.slack.cutConnections();
  scene.state.jobs.start({ kind: 'full-backup', source: 'alumni', startedBy: 'shell:root', trigger: 'request' });
  await scene.advance(1_400);
  expect(scene.slack.messages('db-ops').at(-1)?.text).toContain('Full backup of alumni is running');
});
