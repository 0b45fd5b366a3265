import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starting takes half as long when the compiled sources are kept. */
const compiled = fileURLToPath(new URL('../../.cache/compiled', import.meta.url));

export interface TidemarkRun {
  /** Null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Where relative paths begin. */
  readonly cwd: string;
  readonly env?: Record<string, string>;
  /** Another program of this checkout instead of the command. */
  readonly program?: string;
  /** Killed when it takes longer. */
  readonly withinMilliseconds?: number;
  /** Called as soon as it runs; the run is over when the process and this are. */
  readonly whileRunning?: (running: RunningTidemark) => Promise<void>;
}

export interface RunningTidemark {
  kill(signal: NodeJS.Signals): void;
  /** Until standard error holds it, or the process has ended. */
  saw(text: string): Promise<void>;
  /** Resolves when the process has ended. */
  readonly over: Promise<unknown>;
}

/** The real command in a process of its own, with nothing of this one's environment but PATH. */
export async function runTidemark(args: readonly string[], options: RunOptions): Promise<TidemarkRun> {
  const child = spawn(process.execPath, [options.program ?? command, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: options.cwd, NODE_COMPILE_CACHE: compiled, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.withinMilliseconds !== undefined && { timeout: options.withinMilliseconds, killSignal: 'SIGKILL' }),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const saw = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (stderr.includes(text)) resolve();
      };
      look();
      child.stderr.on('data', look);
      child.on('close', () => resolve());
    });
  const [status] = await Promise.all([
    ended,
    options.whileRunning?.({ kill: (signal) => void child.kill(signal), saw, over: ended }),
  ]);
  return { status, stdout, stderr };
}
