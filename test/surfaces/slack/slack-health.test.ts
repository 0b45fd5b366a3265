import { afterEach, expect, test } from 'vitest';
import { checkoutManifest, parseManifest } from '../../../src/playground/manifest.ts';
import { type Playground, type PlaygroundOptions, startPlayground } from '../../../src/playground/start-playground.ts';
import type { SlackSettings } from '../../../src/surfaces/slack/settings.ts';
import { neededScopes, slackHealth } from '../../../src/surfaces/slack/slack-health.ts';

let slack: Playground;
afterEach(() => slack.close());

function settingsFor({ apiUrl, appToken, botToken }: Playground): SlackSettings {
  return { apiUrl, botToken, channel: '#db-ops', transport: { kind: 'socket-mode', appToken } };
}

async function examine(options: PlaygroundOptions = {}, change: Partial<SlackSettings> = {}) {
  slack = await startPlayground(options);
  return slackHealth({ ...settingsFor(slack), ...change });
}

test('a wrong token is found, and where to set the right one', async () => {
  const [token] = await examine({}, { botToken: 'xoxb-wrong' });
  expect(token).toMatchObject({ state: 'bad', finding: 'Slack says invalid_auth' });
  expect(token?.mend).toContain('slack.botToken');
});

test('an app token where the bot token belongs is told from a wrong one', async () => {
  const [token] = await examine({}, { botToken: 'xapp-1-A0PLAYGRND-0-playground' });
  expect(token?.mend).toContain('xoxb-');
});

test('a scope that is missing is named', async () => {
  const manifest = checkoutManifest();
  manifest.oauth_config.scopes.bot = manifest.oauth_config.scopes.bot.filter((scope) => scope !== 'chat:write');
  const checks = await examine({ manifest: parseManifest(JSON.stringify(manifest)) });
  expect(checks.find(({ id }) => id === 'slack.scopes')).toMatchObject({
    state: 'bad',
    finding: 'the bot token lacks chat:write',
  });
});

test('a channel that the bot is not in comes with the line to invite it', async () => {
  const checks = await examine({}, { channel: '#general' });
  expect(checks.at(-1)).toMatchObject({
    state: 'bad',
    finding: 'the bot is not in #general',
    mend: 'Type in #general: /invite @Tidemark',
  });
});

test('a channel that is not there is told from one the bot is not in', async () => {
  const checks = await examine({}, { channel: '#nowhere' });
  expect(checks.at(-1)).toMatchObject({ state: 'bad', finding: 'there is no #nowhere, or it is private' });
});

test('Slack out of reach is one finding per token, not an error', async () => {
  slack = await startPlayground();
  slack.slackIs('refusing');
  const checks = await slackHealth(settingsFor(slack));
  expect(checks.map(({ state }) => state)).toEqual(['bad', 'bad']);
});

test('where all is well every line is good', async () => {
  const checks = await examine();
  expect(checks.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'slack.token good',
    'slack.scopes good',
    'slack.socket-mode good',
    'slack.channel good',
  ]);
});

test('doctor needs the scopes that the manifest asks for', () => {
  expect([...neededScopes]).toEqual(checkoutManifest().oauth_config.scopes.bot);
});
