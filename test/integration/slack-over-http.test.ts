import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import { freePort } from '../support/free-port.ts';
import { type RunningTidemark, runTidemark } from '../support/run-tidemark.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

let slack: Playground;
let cwd: string;
let port: number;
let env: Record<string, string>;

beforeEach(async () => {
  slack = await startPlayground();
  port = await freePort();
  cwd = temporaryDirectory();
  env = { TIDEMARK_DB_PASSWORD: '', SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret };
  await runTidemark(['init', '--source', 'alumni', '--key-copy', 'the safe'], { cwd });
  appendFileSync(
    join(cwd, 'tidemark.yaml'),
    `slack: { channel: "#db-ops", botToken: { env: SLACK_BOT_TOKEN }, signingSecret: { env: SLACK_SIGNING_SECRET }, port: ${port}, apiUrl: "${slack.apiUrl}" }\n`,
  );
});
afterEach(() => slack.close());

const start = (whileRunning?: (bot: RunningTidemark) => Promise<void>) =>
  runTidemark(['start'], { cwd, env, ...(whileRunning && { whileRunning }) });

it('a port that is taken ends the start with exit 1 and the mend, before any schedule has run', async () => {
  const other = createServer();
  await once(other.listen({ host: '127.0.0.1', port }), 'listening');
  const run = await start();
  other.close();
  expect(run.status).toBe(1);
  expect(run.stderr).toMatch(new RegExp(`Port ${port} at 127\\.0\\.0\\.1.*is in use[\\s\\S]*slack\\.port`));
  expect(run.stderr).not.toContain('Tidemark runs');
  const retried = await start(async (bot) => {
    await bot.saw('Tidemark runs');
    bot.kill('SIGTERM');
  });
  expect(retried.status).toBe(0);
});

it('SIGTERM ends it cleanly, whoever holds a request open', async () => {
  const run = await start(async (bot) => {
    await bot.saw('Tidemark runs');
    await slack.saveRequestUrl(`http://127.0.0.1:${port}/slack/events`);
    await slack.as('chen').command('/backup whoami');
    await slack.waitForMessage(({ text }) => text.includes('You are'));
    const half = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(half, 'connect');
    half.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf');
    bot.kill('SIGTERM');
    await once(half, 'close');
  });
  expect(run).toMatchObject({ status: 0, stderr: expect.stringContaining('Stopped') });
  await slack.as('chen').command('/backup whoami');
  expect(slack.ephemerals('chen').at(-1)?.text).toBe('/backup failed with the error "dispatch_failed"');
});
