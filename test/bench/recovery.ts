import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { comparePlaces } from '../../src/domain/binlog/segment.ts';
import type { RecoveryPlan } from '../../src/domain/recovery/plan.ts';
import { readStanding } from '../../src/operations/binlog/keep-standing.ts';
import { streamBinlog } from '../../src/operations/binlog/stream-binlog.ts';
import { planRecovery } from '../../src/operations/recovery/request-recovery.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { type BackupWorld, dba, openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import type { TestServer } from '../support/database-server.ts';
import { restoreInto, targetAt } from '../support/restore-into.ts';
import type { BenchOptions } from './bench.ts';
import { type Contender, inTurn, type Prepared, say } from './contenders.ts';
import type { Figure } from './figures.ts';
import { startRoomyServer, writeLogin } from './programs.ts';
import type { ReplayOrder } from './replay-child.ts';

const [byHand, ours] = ['mysqlbinlog | mysql', 'tidemark replay'];
/** At a thousand megabytes, the default; fewer megabytes, fewer transactions. */
const transactionsPerMegabyte = 100;
const listedBackups = 10_000;

/** A replay against `mysqlbinlog | mysql` of the server's own files, onto servers that hold the same backup; and a plan among many backups. */
export async function benchRecovery({ megabytes, rounds, folder }: BenchOptions): Promise<Figure[]> {
  const transactions = Math.max(1_000, Math.round(megabytes * transactionsPerMegabyte));
  const source = await startRoomyServer('mysql');
  const target = await startRoomyServer('mysql');
  let made: Made;
  try {
    made = await makeHistory(folder, source, target, transactions);
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
  const { world: options, plan, paths, planned } = made;
  const { range, backup } = plan;
  if (!range || !backup) throw new Error('nothing would be replayed');
  const results = await inTurn(
    [
      onto(byHand, options, backup.id, async (server) => {
        const read = `${server.clientDir}/mysqlbinlog --no-defaults --start-position=${range.from} ${paths.join(' ')}`;
        const load = `${server.clientDir}/mysql ${await writeLogin(folder, server)} --binary-mode`;
        return { command: 'bash', args: ['-c', `set -o pipefail; ${read} | ${load}`] };
      }),
      onto(ours, options, backup.id, async ({ socketPath, rootPassword, clientDir }) => {
        const order: ReplayOrder = { world: options, range, target: { socketPath, rootPassword, clientDir } };
        return { command: process.execPath, args: [replayChild, JSON.stringify(order)] };
      }),
    ],
    rounds,
  );
  return [
    {
      what: `replay of ${transactions} transactions, of the time of ${byHand}`,
      value: results.ratio(ours, byHand),
      unit: '',
      toReach: 1.1,
    },
    { what: `plan of a recovery among ${listedBackups} backups`, value: planned, unit: 's', toReach: 3 },
  ];
}

interface Made {
  readonly world: Parameters<typeof openBackupWorld>[0];
  readonly plan: RecoveryPlan;
  /** The server's own files, as copied before it ended. */
  readonly paths: readonly string[];
  readonly planned: number;
}

async function makeHistory(
  folder: string,
  source: TestServer,
  target: TestServer,
  transactions: number,
): Promise<Made> {
  const login = await createBackupUser(source);
  const { port, clientDir } = source;
  const options = { directory: join(folder, 'world'), server: { port, clientDir }, login };
  const world = await openBackupWorld(options);
  const stopping = new AbortController();
  const [alumni] = world.sources.values();
  if (!alumni) throw new Error('the world has no source');
  const streaming = streamBinlog(world, alumni, { signal: stopping.signal });
  await source.query(
    'CREATE DATABASE big; CREATE TABLE big.t (n INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(200), KEY (v))',
  );
  await takeGoodFull(world);
  say(`committing ${transactions} transactions`);
  await source.query(
    `CREATE PROCEDURE big.fill(IN wanted INT) BEGIN WHILE wanted > 0 DO
       INSERT INTO big.t (v) VALUES (REPEAT(SHA2(wanted, 256), 2)); SET wanted = wanted - 1; END WHILE; END`,
  );
  await source.query('SET GLOBAL sync_binlog = 0, GLOBAL innodb_flush_log_at_trx_commit = 2; CALL big.fill(?)', [
    transactions,
  ]);
  await shipped(world, source);
  stopping.abort();
  await streaming;
  const { plan, seconds } = await planAmongMany(world, target);
  const paths = (plan.range?.files ?? []).map(({ file }) => {
    copyFileSync(join(source.dataDir, file), join(folder, file));
    return join(folder, file);
  });
  world.state.close();
  return { world: options, plan, paths, planned: seconds };
}

async function planAmongMany(world: BackupWorld, target: TestServer): Promise<{ plan: RecoveryPlan; seconds: number }> {
  const [entry] = world.state.catalog.list({ kind: 'full' });
  if (!entry) throw new Error('no backup was taken');
  for (let index = 0; index < listedBackups; index += 1) {
    const startedAt = new Date(Date.parse(entry.startedAt) - (index + 1) * 3_600_000);
    const stamp = startedAt.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
    world.state.catalog.put({
      ...entry,
      id: `${stamp}-full-alumni-aaaa`,
      startedAt: startedAt.toISOString(),
      snapshotAt: startedAt.toISOString(),
    });
  }
  const { socketPath, rootPassword, clientDir } = target;
  const replacement = targetAt({ socketPath, rootPassword, clientDir });
  const from = performance.now();
  const planned = await planRecovery(
    { ...world, targets: new Map([['replacement', replacement]]) },
    { principal: dba, scenario: 'complete', target: 'replacement', end: { kind: 'chain-end' } },
  );
  if (planned.kind === 'refused') throw new Error(JSON.stringify(planned));
  return { plan: planned.plan, seconds: (performance.now() - from) / 1000 };
}

async function shipped(world: BackupWorld, server: TestServer): Promise<void> {
  const [status] = await server.query<{ File: string; Position: string }>('SHOW BINARY LOG STATUS');
  const wanted = { file: status?.File ?? '', end: Number(status?.Position) };
  for (;;) {
    const end = readStanding(world, 'alumni')?.coverage[0]?.end;
    if (end && comparePlaces(end, wanted) >= 0) return;
    await pause(100);
  }
}

/** Onto a fresh server that holds the backup already, and counts as having run what is in it. */
function onto(
  name: string,
  options: Made['world'],
  id: string,
  call: (server: TestServer) => Promise<Prepared>,
): Contender {
  return {
    name,
    async prepare() {
      const server = await startRoomyServer('mysql');
      const world = await openBackupWorld(options);
      const target = targetAt(server);
      await restoreInto({ ...world, state: { ...world.state, notes: forgetful } }, id, target, { accounts: false });
      await target.adoptHistory(world.state.catalog.get(id)?.position.gtidSet ?? '');
      await server.query('SET GLOBAL sync_binlog = 0, GLOBAL innodb_flush_log_at_trx_commit = 2');
      world.state.close();
      return { ...(await call(server)), server, close: () => server.stop() };
    },
  };
}

/** Each restore is the first. */
const forgetful = { get: () => undefined, set: () => {}, remove: () => {} };

const replayChild = new URL('./replay-child.ts', import.meta.url).pathname;
