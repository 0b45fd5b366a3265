import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import { freshDataDir, rootPassword, smallRedoLog } from './data-template.ts';
import { freePort } from './free-port.ts';
import { runServer, type ServerProcess } from './server-process.ts';
import { type Flavour, findServerPrograms, type ServerPrograms } from './server-programs.ts';

/** A real server of one's own, on a free port of 127.0.0.1, with its own data directory. */
export interface TestServer extends ServerPrograms {
  readonly host: '127.0.0.1';
  /** Stays the same over `restart`. */
  readonly port: number;
  readonly socketPath: string;
  readonly dataDir: string;
  readonly rootPassword: string;
  /** Runs SQL as root on a connection of its own; several statements give an array of results. */
  query<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** A connection as root over the socket, or over TCP when `port` is given; closed at the latest by `stop`. */
  connect(options?: ConnectionOptions): Promise<Connection>;
  /** Shuts down cleanly (or finds it killed) and starts on the same data, with `options` added from now on. */
  restart(options?: readonly string[]): Promise<void>;
  /** Sends a signal; returns when the server has ended, if the signal ends it. */
  kill(signal: NodeJS.Signals): Promise<void>;
  pid(): number;
  /** Ends the server, at once because nothing of it is kept, and removes the data. Doing it twice is harmless. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** A flavour, for the version that setup provides, or one of `everyServer`. */
  readonly flavour: Flavour | ServerPrograms;
  /** Server options, `--innodb-buffer-pool-size=1G`; they come last, so they win. */
  readonly options?: readonly string[];
}

export async function startDatabaseServer({ flavour, options = [] }: StartOptions): Promise<TestServer> {
  const programs = typeof flavour === 'string' ? findServerPrograms(flavour) : flavour;
  await sweepDeadTests();
  const folder = await mkdtemp(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  const [dataDir, socketPath] = [join(folder, 'data'), join(folder, 'mysql.sock')];
  const given = [...options];
  const connections = new Set<Connection>();
  let port = 0;
  let process_: ServerProcess | undefined;

  try {
    await freshDataDir(programs, dataDir);
    await startOnFreePort();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  async function start(): Promise<void> {
    const all = [...defaultOptions(programs), `--port=${port}`, ...given];
    process_ = await runServer(programs, { dataDir, socketPath, options: all, rootPassword });
  }
  async function startOnFreePort(attempts = 3): Promise<void> {
    port = await freePort();
    await start().catch((error: unknown) => {
      const taken = String(error).includes(`port: ${port}`) && attempts > 1;
      if (!taken) throw error;
      return startOnFreePort(attempts - 1);
    });
  }
  async function connect(extra: ConnectionOptions = {}): Promise<Connection> {
    const connection = await createConnection({
      ...(extra.port === undefined ? { socketPath } : { host: '127.0.0.1' }),
      user: 'root',
      password: rootPassword,
      charset: 'utf8mb4',
      multipleStatements: true,
      ...extra,
    });
    // A server that is killed on purpose must not bring the test down with an unheard 'error'.
    connection.on('error', () => connections.delete(connection));
    connections.add(connection);
    return connection;
  }

  return {
    ...programs,
    host: '127.0.0.1',
    port,
    socketPath,
    dataDir,
    rootPassword,
    connect,
    async query<Row>(sql: string, values: unknown[] = []) {
      const connection = await connect();
      try {
        const [rows] = await connection.query(sql, values);
        return rows as Row[]; // The caller knows what it asked for.
      } finally {
        connections.delete(connection);
        connection.destroy();
      }
    },
    async restart(added = []) {
      given.push(...added);
      await process_?.shutDown();
      await rm(socketPath, { force: true });
      await start();
    },
    kill: async (signal) => process_?.kill(signal),
    pid: () => process_?.pid ?? 0,
    async stop() {
      for (const connection of connections) connection.destroy();
      await process_?.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Small and quick, and otherwise as a careful owner would have it. */
function defaultOptions({ flavour }: ServerPrograms): string[] {
  const both = [
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    `--server-id=${randomInt(1, 2 ** 31)}`,
    '--log-bin=binlog',
    '--binlog-row-image=FULL',
    '--sync-binlog=1',
    '--innodb-flush-log-at-trx-commit=2',
    '--innodb-buffer-pool-size=64M',
    smallRedoLog(flavour),
    '--innodb-buffer-pool-dump-at-shutdown=OFF',
    '--innodb-buffer-pool-load-at-startup=OFF',
    '--max-allowed-packet=1G',
    '--local-infile=ON',
    '--secure-file-priv=',
    '--character-set-server=utf8mb4',
    '--event-scheduler=ON',
  ];
  return flavour === 'mysql'
    ? [...both, '--gtid-mode=ON', '--enforce-gtid-consistency=ON', '--performance-schema=ON']
    : [...both, '--binlog-format=ROW'];
}

const folderPrefix = 'tidemark-db-';

/** A test process that was killed could not tidy up: its servers died with it, their data stayed. */
async function sweepDeadTests(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(folderPrefix) ? Number.parseInt(name.slice(folderPrefix.length), 10) : 0;
    if (pid > 0 && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
