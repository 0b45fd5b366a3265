import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { ServerPrograms } from './server-programs.ts';

/** One run of a server program on a data directory. */
export interface ServerProcess {
  readonly pid: number;
  /** Sends a signal, and waits for the end when that signal ends a server. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** A clean shutdown; one that takes longer than 30 s is cut short. */
  shutDown(): Promise<void>;
}

export interface ServerRun {
  readonly dataDir: string;
  readonly socketPath: string;
  readonly options: readonly string[];
  readonly rootPassword: string;
}

/**
 * Starts the server and returns when it lets root in. The kernel kills it when the thread that started it ends,
 * however that happens, so tests have to run in processes (vitest's `forks`), not in threads.
 */
export async function runServer({ server, flavour }: ServerPrograms, run: ServerRun): Promise<ServerProcess> {
  const log = join(run.dataDir, 'error.log');
  const args = [
    '--no-defaults',
    `--datadir=${run.dataDir}`,
    `--socket=${run.socketPath}`,
    `--pid-file=${join(run.dataDir, 'server.pid')}`,
    `--log-error=${log}`,
    `--tmpdir=${run.dataDir}`,
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
    ...(flavour === 'mysql' ? ['--mysqlx=OFF'] : []),
    ...run.options,
  ];
  // A session of its own, as a service has: the kernel shares processor time out by session, and the tests' is busy.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', server, ...args], { stdio: 'ignore', detached: true });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const complaint = await becomesReady(child, run);
  if (complaint || child.pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${server} ${complaint}. Its log ends:\n${existsSync(log) ? tail(log) : '(no log)'}`);
  }
  return {
    pid: child.pid,
    async kill(signal) {
      child.kill(signal);
      if (['SIGKILL', 'SIGTERM', 'SIGQUIT', 'SIGABRT', 'SIGSEGV'].includes(signal)) await ended;
    },
    async shutDown() {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function becomesReady(child: ChildProcess, run: ServerRun): Promise<string | undefined> {
  let last = '';
  for (const giveUp = Date.now() + 60_000; Date.now() < giveUp; await sleep(50)) {
    if (child.pid === undefined) return 'could not be started';
    if (child.exitCode !== null || child.signalCode !== null) return 'ended at once';
    if (!existsSync(run.socketPath)) continue;
    try {
      const connection = await createConnection({
        socketPath: run.socketPath,
        user: 'root',
        password: run.rootPassword,
      });
      await connection.end();
      return undefined;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
  }
  return `was not ready within 60 s: ${last}`;
}

function tail(log: string): string {
  return readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
}
