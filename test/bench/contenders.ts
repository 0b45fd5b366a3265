import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** One of those that are compared: they run in turn, so that whatever else the machine does falls on all of them. */
export interface Contender {
  readonly name: string;
  /** Makes ready what is not timed: a server to restore into. */
  prepare(): Promise<Prepared>;
}

export interface Prepared {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Whose processor time counts with that of the command. */
  readonly server?: { pid(): number };
  close?(): Promise<void>;
}

export interface Run {
  readonly seconds: number;
  /** User and system time of the command, what it started, and the server. */
  readonly processorSeconds: number;
  /** The largest resident set of the started process itself, in MB; of Tidemark that is the bot's process. */
  readonly peakMegabytes: number;
  readonly output: string;
}

export interface Results {
  runs(name: string): readonly Run[];
  /** The median of one over the median of the other. */
  ratio(name: string, other: string, of?: 'seconds' | 'processorSeconds'): number;
  peak(name: string): number;
}

export async function inTurn(contenders: readonly Contender[], rounds: number): Promise<Results> {
  const results = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  const runs = (name: string) => results.get(name) ?? [];
  const medianOf = (name: string, of: 'seconds' | 'processorSeconds') => median(runs(name).map((run) => run[of]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const run = await runOnce(contender);
      results.get(contender.name)?.push(run);
      const spent = `${run.seconds.toFixed(1)} s, ${run.processorSeconds.toFixed(1)} s of processor`;
      say(`round ${round}: ${contender.name} ${spent}, peak ${run.peakMegabytes.toFixed(0)} MB`);
    }
  }
  return {
    runs,
    ratio: (name, other, of = 'seconds') => medianOf(name, of) / medianOf(other, of),
    peak: (name) => Math.max(...runs(name).map((run) => run.peakMegabytes)),
  };
}

export async function runOnce({ name, prepare }: Contender): Promise<Run> {
  const prepared = await prepare();
  try {
    // What one has left for the disk to write is not the next one's burden.
    await execute('sync', { command: 'sync', args: [] });
    return await execute(name, prepared);
  } finally {
    await prepared.close?.();
  }
}

async function execute(name: string, { command, args, env, server }: Prepared): Promise<Run> {
  const processorBefore = processorSeconds(server);
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [output, errors, peakMegabytes] = ['', '', 0];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    peakMegabytes = Math.max(peakMegabytes, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000);
  }, 50);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${errors}${output}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, processorSeconds: processorSeconds(server) - processorBefore, peakMegabytes, output };
}

/** Of the server, and of everything that this process started and has seen end. */
function processorSeconds(server: Prepared['server']): number {
  const ofServer = server ? ticksOf(String(server.pid())).own : 0;
  return (ofServer + ticksOf('self').ofEnded) / ticksPerSecond;
}

function ticksOf(pid: string): { own: number; ofEnded: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15).map(Number);
  return { own: user + system, ofEnded: endedUser + endedSystem };
}

const ticksPerSecond = 100;

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
