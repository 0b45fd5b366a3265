import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBackupUser } from '../support/backup-user.ts';
import { makeBigTables } from '../support/big-table.ts';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';

/**
 * Compares a full backup with what people do without Tidemark, in turn, in one run: the machine is noisy, so the ratios of medians are
 * what counts. `npm run bench -- --no-script` leaves out the customer's script, which takes most of the time.
 */
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    script: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
/** The most processes there can be: what that does to the lock. */
const atMost = 'tidemark, 16 processes';
const megabytes = Number(values.megabytes);
const rounds = Number(values.rounds);

interface Contender {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface Run {
  readonly seconds: number;
  /** The largest resident set of the started process itself, in MB; of Tidemark that is the bot's process. */
  readonly peakMegabytes: number;
  readonly output: string;
}

const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
const server = await startDatabaseServer({
  flavour: 'mysql',
  options: ['--innodb-redo-log-capacity=1G', '--innodb-buffer-pool-size=2G'],
});
try {
  const login = await writeLogin(server);
  say(`filling ${megabytes} MB`);
  await makeBigTables(server, { megabytes });
  const contenders = [
    ...(await othersFor(server, login)),
    await tidemark(server, 'tidemark backup full'),
    await tidemark(server, atMost, 16),
  ];
  const results = await inTurn(contenders);
  report(results);
  await reportMemory(results);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function writeLogin({ socketPath, rootPassword }: TestServer): Promise<string> {
  const path = join(folder, 'login.cnf');
  await writeFile(path, `[client]\nuser=root\npassword="${rootPassword}"\nsocket=${socketPath}\n`, { mode: 0o600 });
  return `--defaults-file=${path}`;
}

/** The customer's script, the floor that one mysqldump sets, and mydumper where it is installed. */
async function othersFor(server: TestServer, login: string): Promise<Contender[]> {
  const dump = `${server.clientDir}/mysqldump ${login} --single-transaction --set-gtid-purged=OFF --no-tablespaces --routines --triggers big`;
  const script = `set -o pipefail; ${dump} | gzip | openssl enc -aes-256-cbc -pbkdf2 -pass pass:bench > ${folder}/script.sql.gz.enc`;
  const others: Contender[] = [
    ...(values.script ? [{ name: 'mysqldump | gzip | openssl', command: 'bash', args: ['-c', script] }] : []),
    { name: 'mysqldump > /dev/null', command: 'bash', args: ['-c', `${dump} > /dev/null`] },
  ];
  if (await isInstalled('mydumper')) {
    const args = [...login.split(' '), '-B', 'big', '-t', '2', '-c', '-o', `${folder}/mydumper`];
    others.push({ name: 'mydumper', command: 'mydumper', args });
  }
  return others;
}

async function tidemark(server: TestServer, name: string, processes?: number): Promise<Contender> {
  const directory = await mkdtemp(join(folder, 'tidemark-'));
  const { user, password } = await createBackupUser(server);
  await writeFile(join(directory, 'password'), password);
  const configuration = {
    sources: {
      bench: { socketPath: server.socketPath, user, password: { file: 'password' }, clientDir: server.clientDir },
    },
    repository: { primary: { type: 'local', path: 'backups' } },
    encryption: { keys: [{ id: 'bench', file: 'bench.key' }] },
    backups: { ...(processes && { processes }), verifyAfter: false },
  };
  await run({ name: 'init', ...cli(directory, ['init', '--key-id', 'bench', '--key-file', 'bench.key']) });
  // JSON is YAML; init has made the key and a configuration, which this one replaces.
  await writeFile(join(directory, 'tidemark.yaml'), JSON.stringify(configuration));
  return { name, ...cli(directory, ['backup', 'full', '--json']) };
}

function cli(directory: string, args: readonly string[]): Pick<Contender, 'command' | 'args'> {
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  return { command: process.execPath, args: [main, '--config', join(directory, 'tidemark.yaml'), ...args] };
}

async function inTurn(contenders: readonly Contender[]): Promise<Map<string, Run[]>> {
  const results = new Map<string, Run[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of contenders) {
      // What one has left for the disk to write is not the next one's burden.
      await run({ name: 'sync', command: 'sync', args: [] });
      const result = await run(contender);
      results.get(contender.name)?.push(result);
      say(`round ${round}: ${contender.name} ${result.seconds.toFixed(1)} s`);
    }
  }
  return results;
}

async function run({ name, command, args }: Contender): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
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
  return { seconds: (performance.now() - started) / 1000, peakMegabytes, output };
}

function report(results: Map<string, Run[]>): void {
  const seconds = (name: string) => median(results.get(name)?.map((result) => result.seconds) ?? []);
  const ours = 'tidemark backup full';
  console.log(`\n${megabytes} MB in one table, ${rounds} rounds in turn, ${cpus().length} processors; medians`);
  for (const [name, runs] of results) {
    const isOurs = name === ours || name === atMost;
    const ratio = isOurs ? '' : `   tidemark takes ${(seconds(ours) / seconds(name)).toFixed(2)} of it`;
    const peak = Math.max(...runs.map((result) => result.peakMegabytes));
    console.log(
      `${name.padEnd(28)} ${seconds(name).toFixed(1).padStart(6)} s${isOurs ? `   peak ${peak.toFixed(0)} MB` : ratio}`,
    );
  }
  const locks = (results.get(atMost) ?? []).map((result) => lockOf(result.output));
  console.log(`read lock with 16 processes: ${locks.map((lock) => `${lock} ms`).join(', ')}`);
  console.log('to reach: 0.14 of the script, 1.6 of mysqldump > /dev/null, lock under 300 ms, peak under 300 MB');
}

/** The same memory for a tenth of the data. */
async function reportMemory(results: Map<string, Run[]>): Promise<void> {
  await makeBigTables(server, { megabytes: megabytes / 10 });
  const small = await run(await tidemark(server, 'tidemark, a tenth'));
  const large = Math.max(...(results.get('tidemark backup full') ?? []).map((result) => result.peakMegabytes));
  console.log(
    `peak memory: ${small.peakMegabytes.toFixed(0)} MB at ${megabytes / 10} MB, ${large.toFixed(0)} MB at ${megabytes} MB`,
  );
}

function lockOf(output: string): number {
  const found = /"lockMilliseconds":\s*(\d+)/.exec(output);
  return Number(found?.[1] ?? Number.NaN);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function isInstalled(program: string): Promise<boolean> {
  return run({ name: program, command: 'bash', args: ['-c', `command -v ${program}`] }).then(
    () => true,
    () => false,
  );
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
