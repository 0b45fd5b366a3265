import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { seedAlumni } from '../../scripts/demo/alumni.ts';
import {
  type DemoBot,
  type DemoInstallation,
  type DemoTransport,
  installDemo,
} from '../../scripts/demo/install-demo.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import type { Job } from '../../src/domain/job.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import type { Message } from '../../src/playground/vocabulary.ts';
import type { State } from '../../src/ports/state.ts';
import { createBackupUser } from './backup-user.ts';
import { makeBigTables } from './big-table.ts';
import { type StartOptions, startDatabaseServer, type TestServer } from './database-server.ts';
import { ownedPrograms } from './owned-programs.ts';
import { runTidemark, type TidemarkRun } from './run-tidemark.ts';

/** Everything real but Slack: a server with the alumni database, the installed bot in a process of its own, and a workspace it is not in yet. */
export interface FirstLight {
  readonly server: TestServer;
  readonly slack: Playground;
  readonly installation: DemoInstallation;
  /** What bot and shell share, to look into. */
  readonly state: State;
  bot(): DemoBot;
  /** Starts it, and waits until Slack hears it. */
  startBot(): Promise<DemoBot>;
  /** Another `tidemark` process, with its exit status. */
  tidemark(...args: string[]): Promise<TidemarkRun>;
  /** What the app said at the channel's top level, oldest first, as people read it. */
  said(): string[];
  /** The newest of it that reads so, waited for. */
  hears(words: RegExp, withinMilliseconds?: number): Promise<Message>;
  /** The newest that only this person was shown, once it reads so. */
  whispers(person: string, words: RegExp): Promise<Message>;
  /** Waits until a backup dumps, then stops its programs where they are. */
  freezeDump(): Promise<FrozenDump>;
  /** Programs that live for any backup there ever was. */
  programs(): number[];
  close(): Promise<void>;
}

export interface FrozenDump {
  readonly job: Job;
  thaw(): void;
}

export async function firstLight(
  flavour: StartOptions['flavour'],
  {
    megabytes = 60,
    transport = 'socket-mode',
    target,
  }: { megabytes?: number; transport?: DemoTransport; target?: TestServer } = {},
): Promise<FirstLight> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-first-light-'));
  const server = await startDatabaseServer({ flavour });
  await seedAlumni(server, { rows: 3_000 });
  if (megabytes > 0) await makeBigTables(server, { megabytes, tables: 2 });
  const login = await createBackupUser(server);
  const slack = await startPlayground({
    channels: [
      { name: 'db-ops', topic: 'Backups, restores and alerts' },
      { name: 'general', topic: 'Everybody' },
    ],
  });
  const installation = await installDemo(join(folder, 'bot'), server, login, slack, transport, target);
  const state = openState({ path: join(installation.folder, 'tidemark-state.db') });
  let running: DemoBot | undefined;

  const fromApp = () => slack.messages('db-ops').filter(({ author }) => author.kind === 'app');
  const waited = { timeout: 30_000, interval: 50 };

  return {
    server,
    slack,
    installation,
    state,
    bot() {
      if (!running) throw new Error('no bot was started');
      return running;
    },
    async startBot() {
      running = installation.start();
      await installation.reached();
      return running;
    },
    tidemark: (...args) => runTidemark(args, { cwd: installation.folder, env: installation.secrets }),
    said: () => fromApp().map(slack.shownText),
    async hears(words, timeout = 30_000) {
      const newest = () => fromApp().findLast((message) => words.test(slack.shownText(message)));
      const heard = expect.poll(() => newest() ?? fromApp().map(slack.shownText), { ...waited, timeout });
      await heard.toHaveProperty('ts');
      return newest() ?? raise();
    },
    async whispers(person, words) {
      const newest = () => slack.ephemerals(person).at(-1);
      await expect.poll(() => slack.shownText(newest() ?? nothing), waited).toMatch(words);
      return newest() ?? raise();
    },
    async freezeDump() {
      await expect.poll(() => dumping(state), { timeout: 30_000, interval: 10 }).toBeDefined();
      const job = dumping(state) ?? raise();
      const frozen = ownedPrograms([job.backupId ?? '']);
      signalAll(frozen, 'SIGSTOP');
      expect(frozen, 'the dump ended before it could be frozen').not.toEqual([]);
      // What was on its way arrives.
      await sleep(300);
      expect(state.jobs.get(job.id)).toMatchObject({ outcome: null, progress: { step: 'dumping' } });
      return { job, thaw: () => signalAll(frozen, 'SIGCONT') };
    },
    programs: () => ownedPrograms(state.jobs.list({}).flatMap(({ backupId }) => backupId ?? [])),
    async close() {
      running?.kill('SIGKILL');
      await running?.ended;
      signalAll(ownedPrograms(state.jobs.list({}).flatMap(({ backupId }) => backupId ?? [])), 'SIGKILL');
      state.close();
      await slack.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function dumping(state: State): Job | undefined {
  return state.jobs.running().find(({ progress }) => progress?.step === 'dumping' && progress.doneBytes > 0);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
  }
}

const nothing: Message = { channel: '', ts: '', author: { kind: 'app' }, text: '', blocks: [], updates: 0 };

function raise(): never {
  throw new Error('it was there a moment ago');
}
