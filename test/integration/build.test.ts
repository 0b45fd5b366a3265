import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('what is built runs without the sources, and without the playground', () => {
  const folder = temporaryDirectory();
  const main = join(folder, 'dist', 'main.js');
  execFileSync(process.execPath, ['scripts/build.mjs', join(folder, 'dist')]);
  copyFileSync('package.json', join(folder, 'package.json'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const env = {
    PATH: process.env.PATH,
    TIDEMARK_DB_PASSWORD: '',
    SLACK_APP_TOKEN: 'xapp-1',
    SLACK_BOT_TOKEN: 'xoxb-1',
  };
  const run = (...args: string[]) => execFileSync(main, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });

  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  run('init', '--source', 'alumni', '--slack-channel', '#db-ops');
  // Opens the world: recover.mjs, key, state.
  expect(run('status')).toContain('nothing to recover from yet');
  expect(existsSync(join(folder, 'dist', 'playground'))).toBe(false);
}, 60_000);
