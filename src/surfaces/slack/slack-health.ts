import type { WebClient } from '@slack/web-api';
import type { Check } from '../../domain/check.ts';
import { formatList } from '../../domain/wording.ts';
import { createChannels } from './channels.ts';
import { examinerClient } from './examiner-client.ts';
import { explainSlackFault } from './explain-slack-fault.ts';
import { checkHttp } from './http-health.ts';
import type { SlackSettings } from './settings.ts';

/** The bot token's scopes that `manifest.yml` asks for. */
export const neededScopes = [
  'commands',
  'chat:write',
  'files:write',
  'channels:read',
  'groups:read',
  'users:read',
] as const;

/** Doctor's look at Slack: the bot token, the scopes, the way in, the channels. Never fails. */
export async function slackHealth(settings: SlackSettings): Promise<Check[]> {
  const bot = examinerClient(settings.botToken, settings);
  const [token, wayIn] = await Promise.all([checkToken(bot), checkWayIn(settings)]);
  if (token.kind === 'unusable') return [token.check, wayIn];
  const channels = await checkChannels(bot, settings, token.botName);
  return [token.check, checkScopes(token.scopes), wayIn, ...channels];
}

type TokenCheck =
  | { kind: 'usable'; check: Check; botName: string; scopes: readonly string[] | undefined }
  | { kind: 'unusable'; check: Check };

async function checkToken(bot: WebClient): Promise<TokenCheck> {
  const subject = { id: 'slack.token', subject: 'slack' };
  try {
    const { user, team, response_metadata } = await bot.auth.test();
    const botName = user ?? 'Tidemark';
    const check: Check = {
      ...subject,
      state: 'good',
      finding: `signed in as ${botName} in ${team ?? 'the workspace'}`,
    };
    return { kind: 'usable', check, botName, scopes: response_metadata?.scopes };
  } catch (error) {
    return { kind: 'unusable', check: { ...subject, state: 'bad', ...explainSlackFault(error, 'slack.botToken') } };
  }
}

function checkWayIn(settings: SlackSettings): Promise<Check> {
  const { transport } = settings;
  if (transport.kind === 'http') return checkHttp(transport);
  return checkSocketMode(examinerClient(transport.appToken, settings));
}

async function checkSocketMode(app: WebClient): Promise<Check> {
  const subject = { id: 'slack.socket-mode', subject: 'slack' };
  try {
    await app.apps.connections.open();
    return { ...subject, state: 'good', finding: 'a Socket Mode connection can be opened' };
  } catch (error) {
    return { ...subject, state: 'bad', ...explainSlackFault(error, 'slack.appToken') };
  }
}

function checkScopes(scopes: readonly string[] | undefined): Check {
  const subject = { id: 'slack.scopes', subject: 'slack' };
  if (!scopes) return { ...subject, state: 'good', finding: 'Slack does not say which scopes the token has' };
  const missing = neededScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return { ...subject, state: 'good', finding: 'the bot token has every scope it needs' };
  return {
    ...subject,
    state: 'bad',
    finding: `the bot token lacks ${formatList(missing)}`,
    mend: 'Paste manifest.yml into the app at https://api.slack.com/apps ("App Manifest"), save, and reinstall the app.',
  };
}

async function checkChannels(bot: WebClient, settings: SlackSettings, botName: string): Promise<Check[]> {
  const named = { ...settings.sourceChannels };
  // A name that no source has stands for all that name no channel of their own.
  const places: [string, string][] = [['', settings.channel], ...Object.entries(named)];
  const channels = createChannels(bot, settings, ['', ...Object.keys(named)]);
  try {
    await channels.resolve();
  } catch (error) {
    return [
      { id: 'slack.channel', subject: settings.channel, state: 'bad', ...explainSlackFault(error, 'slack.botToken') },
    ];
  }
  const unique = new Map(places.map(([source, channel]) => [channel, source]));
  return [...unique].map(([channel, source]) => {
    const { id, isMember } = channels.homeOf(source);
    const subject = { id: 'slack.channel', subject: channel };
    if (isMember) return { ...subject, state: 'good', finding: `the bot is in ${channel}` };
    const finding = id === undefined ? `there is no ${channel}, or it is private` : `the bot is not in ${channel}`;
    return { ...subject, state: 'bad', finding, mend: `Type in ${channel}: /invite @${botName}` };
  });
}
