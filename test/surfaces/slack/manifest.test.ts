import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/playground/manifest.ts';
import { methods } from '../../../src/playground/methods/table.ts';
import { requestPath, slashCommand } from '../../../src/surfaces/slack/settings.ts';
import { subcommands } from '../../../src/surfaces/slack/subcommands/table.ts';

const manifest = parseManifest(readFileSync('manifest.yml', 'utf8'));
const source = globSync('src/surfaces/slack/**/*.ts')
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** The SDK's one call is two of Slack's. */
const uploading = ['files.getUploadURLExternal', 'files.completeUploadExternal'];

function matches(pattern: RegExp): string[] {
  return [...new Set([...source.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
}

test('the command and its hint name what the table knows, in its order', () => {
  const [command, ...more] = manifest.features.slash_commands;
  expect(more).toEqual([]);
  expect(command?.command).toBe(slashCommand);
  const hinted = command?.usage_hint?.split('|').map((word) => word.trim().split(' ')[0]);
  expect(hinted).toEqual(subcommands.map(({ name }) => name));
});

test('events that are handled are the ones that are subscribed to', () => {
  expect(matches(/app\.event\('([a-z_.]+)'/g)).toEqual(
    [...(manifest.settings.event_subscriptions?.bot_events ?? [])].sort(),
  );
});

test('the scopes are those that the methods in use need, and no more', () => {
  const used = [...matches(/client\.((?:[a-z]+\.)+[a-zA-Z0-9]+)\(/g), ...matches(/apiCall\('([a-zA-Z.]+)'/g)].filter(
    (name) => name.includes('.'),
  );
  expect(used.length).toBeGreaterThan(3);
  // Channels may be public or private, which are two scopes of one method; direct messages are not looked at.
  const calls = used.flatMap((name) => (name === 'files.uploadV2' ? uploading : [name]));
  const needed = calls.flatMap((name) => methods.get(name)?.scopes ?? [`unknown method ${name}`]);
  const wanted = new Set(['commands', ...needed].filter((scope) => scope !== 'im:read'));
  expect([...manifest.oauth_config.scopes.bot].sort()).toEqual([...wanted].sort());
});

test('what it has in comments is its one address, in the three places that Slack asks for it over HTTP', () => {
  const text = readFileSync('manifest.yml', 'utf8').replace(/# (url|request_url):/g, '$1:');
  const { features, settings } = parseManifest(text);
  const urls = [
    features.slash_commands[0]?.url,
    settings.event_subscriptions?.request_url,
    settings.interactivity?.request_url,
  ];
  expect(urls.map((url) => new URL(String(url)).pathname)).toEqual([requestPath, requestPath, requestPath]);
});

test('it is Socket Mode with clicks', () => {
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.settings.interactivity?.is_enabled).toBe(true);
});
