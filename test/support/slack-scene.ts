import { expect } from 'vitest';
import { memoryRepository } from '../../src/adapters/repository/memory-repository.ts';
import { memoryState } from '../../src/adapters/state/open-state.ts';
import type { Job, Outcome, Progress } from '../../src/domain/job.ts';
import type { People } from '../../src/domain/people.ts';
import { resolveSource } from '../../src/operations/resolve-source.ts';
import { retryJob } from '../../src/operations/retry-job.ts';
import type { StartedJob } from '../../src/operations/start-backup.ts';
import type { VerificationRequest } from '../../src/operations/start-verification.ts';
import type { World } from '../../src/operations/world.ts';
import { handClock } from '../../src/playground/clock.ts';
import { type Playground, startPlayground } from '../../src/playground/start-playground.ts';
import type { Scratch } from '../../src/ports/scratch.ts';
import type { Source } from '../../src/ports/source.ts';
import type { State } from '../../src/ports/state.ts';
import type { Target } from '../../src/ports/target.ts';
import { type Operations, operations as real } from '../../src/surfaces/slack/operations.ts';
import { requestPath, type Transport } from '../../src/surfaces/slack/settings.ts';
import { type SlackSurface, startSlack } from '../../src/surfaces/slack/start-slack.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { manualClock } from './manual-clock.ts';

/** The real bot in a real playground, both on one clock that the test moves; jobs are played by writing their rows. */
export interface SlackScene {
  readonly slack: Playground;
  readonly transport: Transport;
  readonly world: World;
  readonly state: State;
  readonly now: () => Date;
  /** What the bot wrote to its log. */
  readonly logged: string[];
  /** Moves time for bot and Slack alike, and lets the bot do what falls due. */
  advance(milliseconds: number): Promise<void>;
  jumpTo(at: string): void;
  /** Starts the bot and does not wait for Slack. */
  startUnconnected(): Promise<SlackSurface>;
  stopBot(): Promise<void>;
  /** Stops the bot where it runs, and starts it on the same state. */
  restartBot(): Promise<void>;
  close(): Promise<void>;
}

export const people: People = {
  asha: { slack: 'U0ASHA000', roles: { '*': ['admin'] } },
  ben: { slack: 'U0BEN0000', roles: { '*': ['operator'] } },
  chen: { slack: 'U0CHEN000', roles: { '*': ['viewer'] } },
};

export interface SceneOptions {
  readonly sources?: readonly string[];
  readonly channel?: string;
  readonly startAt?: string;
  /** False leaves the bot unstarted. */
  readonly bot?: boolean;
  readonly appIsMember?: boolean;
  /** How Slack reaches the bot; Socket Mode by default. */
  readonly transport?: Transport['kind'];
  /** Servers to recover onto; nobody reaches for them. */
  readonly targets?: readonly string[];
  readonly scratch?: boolean;
  readonly people?: People;
  /** In the place of the operations that are played. */
  readonly operations?: Partial<Operations>;
}

export async function slackScene(options: SceneOptions = {}): Promise<SlackScene> {
  const { sources = ['alumni'], channel = '#db-ops', startAt = '2026-11-23T05:01:00Z' } = options;
  const clock = manualClock(startAt);
  const slackClock = handClock(Date.parse(startAt));
  const slack = await startPlayground({
    clock: slackClock,
    channels: [
      { name: 'db-ops', topic: 'Backups, restores and alerts', appIsMember: options.appIsMember ?? true },
      { name: 'general', topic: 'Everybody' },
    ],
  });
  const state = memoryState({ clock });
  const logged: string[] = [];
  const world: World = {
    ...playedWorld(state, clock, sources, logged),
    targets: new Map((options.targets ?? []).map((name) => [name, { name } as Target])),
    ...(options.scratch && { scratch: {} as Scratch }),
  };
  let bot: SlackSurface | undefined;

  const { appToken, botToken, apiUrl, signingSecret } = slack;
  const transport: Transport =
    options.transport === 'http'
      ? { kind: 'http', signingSecret, host: '127.0.0.1', port: await freePort() }
      : { kind: 'socket-mode', appToken };

  async function startUnconnected(): Promise<SlackSurface> {
    const operations = { ...playedOperations, ...options.operations };
    bot = await startSlack(world, { channel, botToken, transport, apiUrl }, options.people ?? people, { operations });
    return bot;
  }

  async function startBot(): Promise<void> {
    await startUnconnected();
    if (transport.kind === 'socket-mode') await slack.waitForConnections();
    else await slack.saveRequestUrl(`http://${transport.host}:${transport.port}${requestPath}`);
    if (options.appIsMember === false) await eventually(() => expect(logged.join()).toContain('Not in #db-ops'));
    else await slack.waitForMessage((message) => message.text.startsWith('Hello'));
  }

  async function stopBot(): Promise<void> {
    await bot?.stop();
    bot = undefined;
    await eventually(() => expect(slack.connections()).toBe(0));
  }

  if (options.bot !== false) await startBot();

  return {
    slack,
    transport,
    world,
    state,
    now: clock.now,
    logged,
    startUnconnected,
    stopBot,
    async restartBot() {
      await stopBot();
      await startBot();
    },
    jumpTo(at) {
      slackClock.advance(Date.parse(at) - clock.now().getTime());
      clock.jumpTo(at);
    },
    async advance(milliseconds) {
      for (let left = milliseconds; left > 0; left -= 100) {
        slackClock.advance(Math.min(left, 100));
        await clock.advance(Math.min(left, 100));
      }
    },
    async close() {
      await bot?.stop();
      await slack.close();
      state.close();
    },
  };
}

/** A world without databases or repositories: whoever reaches for them in a test of Slack is wrong. */
function playedWorld(
  state: State,
  clock: ReturnType<typeof manualClock>,
  sources: readonly string[],
  logged: string[],
): World {
  const write = (_: unknown, line: string) => void logged.push(line);
  const absent = new Proxy({}, { get: (_, name) => raise(`nobody plays ${String(name)} here`) });
  return {
    sources: new Map(sources.map((name) => [name, { name, scope: { accounts: true } } as Source])),
    repositories: { primary: memoryRepository(), copies: [] },
    encryption: new Proxy(absent, {
      get: (_, name) => (name === 'keys' ? () => [] : raise(`nobody plays ${String(name)} here`)),
    }) as World['encryption'],
    state,
    clock,
    calendar: {
      matches: (_, after, until) => nightly(after, until),
      next: (_, after) => nightly(after, new Date(after.getTime() + 2 * 86_400_000))[0],
      problem: () => undefined,
    },
    schedules: { full: { cron: '0 2 * * *', keepDays: 30 } },
    crashPoint: () => {},
    log: { info: write, warn: write, error: write },
    backups: { processes: 4, readers: 2, verifyAfter: false, checksums: false },
    recoverProgram: new Uint8Array(),
    version: '0.0.0',
  };
}

/** 02:00 UTC, the days around `until`. */
function nightly(after: Date, until: Date): Date[] {
  const first = Math.max(after.getTime(), until.getTime() - 5 * 86_400_000);
  const days: Date[] = [];
  for (let at = Math.floor(first / 86_400_000) * 86_400_000 + 2 * 3_600_000; at <= until.getTime(); at += 86_400_000) {
    if (at > after.getTime()) days.push(new Date(at));
  }
  return days;
}

function raise(message: string): never {
  throw new Error(message);
}

/** Starts are real as far as the job's row; the work itself is played by the test. */
export const playedOperations: Operations = {
  ...real,
  startBackup: playStart('full-backup'),
  startVerification: playStart('verification'),
  retryJob: (world, request) =>
    retryJob(world, request, {
      startBackup: playStart('full-backup'),
      startVerification: playStart('verification'),
    }),
};

function playStart(kind: Job['kind']) {
  return (
    world: World,
    { principal, source, trigger = 'request' }: Pick<VerificationRequest, 'principal' | 'source' | 'trigger'>,
  ): ReturnType<Operations['startBackup']> => {
    const action = kind === 'verification' ? 'verify' : 'take-backup';
    const resolved = resolveSource(world, { principal, action, ...(source !== undefined && { source }) });
    if (resolved.kind === 'refused') return resolved;
    const { name } = resolved.source;
    const started = world.state.jobs.start({ kind, source: name, startedBy: principal.name, trigger });
    if (started.kind === 'started') {
      const job: StartedJob = { kind: 'started', job: started.job, done: new Promise<Outcome>(() => {}) };
      return job;
    }
    const { id: jobId, startedBy, startedAt } = started.running;
    return {
      kind: 'refused',
      reason: 'already-running',
      jobId,
      jobKind: kind,
      source: name,
      startedBy,
      startedAt: startedAt.toISOString(),
    };
  };
}

const mebibyte = 1024 * 1024;

/** A dump that is so many mebibytes far, of a hundred. */
export function dumped(mebibytes: number, change: Partial<Progress> = {}): Progress {
  return {
    step: 'dumping',
    doneBytes: mebibytes * mebibyte,
    totalBytes: 100 * mebibyte,
    storedBytes: (mebibytes / 4) * mebibyte,
    doneParts: Math.floor(mebibytes / 25),
    totalParts: 4,
    ...change,
  };
}
