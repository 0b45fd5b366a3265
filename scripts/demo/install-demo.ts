import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Playground } from '../../src/playground/start-playground.ts';
import type { TestServer } from '../../test/support/database-server.ts';
import { freePort } from '../../test/support/free-port.ts';
import { checkout } from '../setup/places.mjs';

/** A Tidemark of its own, made by `tidemark init` and configured for a server and a playground. */
export interface DemoInstallation {
  /** Where its configuration, key, state, repository and log are. */
  readonly folder: string;
  /** The environment that its configuration reads passwords and tokens from. */
  readonly secrets: Record<string, string>;
  /** Runs another `tidemark` command with the same configuration and gives what it prints. */
  tidemark(...command: string[]): Promise<string>;
  /** Runs the real bot in a process of its own, as `tidemark start` does. */
  start(): DemoBot;
  /** Resolves once Slack reaches the bot. */
  reached(): Promise<void>;
}

export interface DemoBot {
  /** Resolves when the bot has ended, with its exit status. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it cleanly. */
  stop(): Promise<void>;
}

export interface DemoLogin {
  readonly user: string;
  readonly password: string;
}

/** How Slack reaches the bot. */
export type DemoTransport = 'socket-mode' | 'http';

/** Makes the folder anew. */
export async function installDemo(
  folder: string,
  server: TestServer,
  login: DemoLogin,
  playground: Playground,
  transport: DemoTransport = 'socket-mode',
  /** Where recoveries may go. */
  target?: TestServer,
): Promise<DemoInstallation> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secrets = {
    ALUMNI_DB_PASSWORD: login.password,
    ...(target && { REPLACEMENT_PASSWORD: target.rootPassword }),
    SLACK_APP_TOKEN: playground.appToken,
    SLACK_BOT_TOKEN: playground.botToken,
    SLACK_SIGNING_SECRET: playground.signingSecret,
  };
  const env = { ...process.env, ...secrets };
  const main = join(checkout, 'src/main.ts');
  const run = promisify(execFile);
  const tidemark = async (...command: string[]) =>
    (await run(process.execPath, [main, ...command], { cwd: folder, env })).stdout;
  await tidemark('init', '--source', 'alumni', '--key-id', 'demo', '--key-copy', 'nowhere: this is a demo');
  const port = await freePort();
  const wayIn =
    transport === 'http'
      ? `signingSecret: { env: SLACK_SIGNING_SECRET }\n  port: ${port}`
      : 'appToken: { env: SLACK_APP_TOKEN }';
  const yaml = `${configuration(server, login, playground, wayIn)}${target ? recoveries(target) : ''}`;
  await writeFile(join(folder, 'tidemark.yaml'), yaml, { mode: 0o600 });
  return {
    folder,
    secrets,
    tidemark,
    reached: () =>
      transport === 'http'
        ? saveOnceAnswered(playground, `http://127.0.0.1:${port}/slack/events`)
        : playground.waitForConnections(1, startsWithin),
    start() {
      const log = openSync(join(folder, 'bot.log'), 'a', 0o600);
      const bot = spawn(process.execPath, [main, 'start'], { cwd: folder, env, stdio: ['ignore', log, log] });
      closeSync(log);
      const ended = new Promise<number | null>((resolve) => bot.once('exit', resolve));
      return {
        ended,
        kill: (signal) => void bot.kill(signal),
        async stop() {
          bot.kill('SIGTERM');
          await ended;
        },
      };
    },
  };
}

const startsWithin = 20_000;

/** Slack saves a request URL only when the bot answers there. */
async function saveOnceAnswered(playground: Playground, url: string): Promise<void> {
  for (const end = Date.now() + startsWithin; ; await sleep(50)) {
    try {
      return await playground.saveRequestUrl(url);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** Asha may everything, Ben may take backups, everybody may look. */
function configuration(
  { host, port, clientDir }: TestServer,
  { user }: DemoLogin,
  { apiUrl }: Playground,
  wayIn: string,
): string {
  return `sources:
  alumni: { host: ${host}, port: ${port}, user: ${user}, password: { env: ALUMNI_DB_PASSWORD }, clientDir: "${clientDir}" }
repository:
  primary: { type: local, path: backups }
  copies: [{ name: off-site, type: local, path: off-site }]
encryption:
  keys: [{ id: demo, file: demo.key }]
schedules:
  full: { cron: "0 2 * * *", keep: 30d }
  incremental: { cron: "0 */6 * * *", keep: 7d, stream: true }
  schema: { cron: "0 3 * * 0", keep: 90d }
people:
  asha: { slack: U0ASHA000, os: ${process.env.USER ?? 'root'}, roles: { "*": [admin, approver] } }
  ben: { slack: U0BEN0000, roles: { alumni: [operator] } }
  dara: { slack: U0DARA000, roles: { alumni: [approver] } }
  everybody: { slack: "*", roles: { alumni: [viewer] } }
slack:
  channel: "#db-ops"
  ${wayIn}
  botToken: { env: SLACK_BOT_TOKEN }
  apiUrl: ${apiUrl}
state: { path: tidemark-state.db }
`;
}

function recoveries({ socketPath, clientDir }: TestServer): string {
  return `targets:
  replacement: { socketPath: ${socketPath}, user: root, password: { env: REPLACEMENT_PASSWORD }, clientDir: "${clientDir}" }
approvals: { stakeholders: [asha, dara] }
`;
}
