import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld, takeGoodFull } from '../support/backup-world.ts';
import { makeBigTables } from '../support/big-table.ts';
import type { TestServer } from '../support/database-server.ts';
import type { Flavour } from '../support/server-programs.ts';
import type { BenchOptions } from './bench.ts';
import { type Contender, inTurn, type Prepared, say } from './contenders.ts';
import type { Figure } from './figures.ts';
import { isInstalled, plainDump, startRoomyServer, writeLogin } from './programs.ts';
import type { RestoreOrder } from './restore-child.ts';

const [script, ours, oneTable, myloader] = [
  'gunzip | mysql',
  'tidemark restore',
  'tidemark restore of one table',
  'myloader',
];

/**
 * A full restore into an empty server against `gunzip | mysql` into one that is set the same, and against that of one table, which holds a
 * quarter of the data; on MariaDB also against myloader, where that is installed (it knows MySQL 9 no more).
 */
export async function benchRestore({ megabytes, rounds, folder }: BenchOptions, flavour: Flavour): Promise<Figure[]> {
  const backup = await takeBackups(folder, flavour, megabytes);
  const restore = (name: string, tables?: RestoreOrder['tables']): Contender =>
    into(name, flavour, (target) => {
      const { socketPath, rootPassword, clientDir } = target;
      const order: RestoreOrder = {
        ...backup,
        target: { socketPath, rootPassword, clientDir },
        ...(tables && { tables }),
      };
      return { command: process.execPath, args: [restoreChild, JSON.stringify(order)] };
    });
  const client = flavour === 'mysql' ? 'mysql' : 'mariadb';
  const contenders = [
    into(script, flavour, async (target) => {
      const load = `gunzip -c ${folder}/dump.sql.gz | ${target.clientDir}/${client} ${await writeLogin(folder, target)}`;
      return { command: 'bash', args: ['-c', `set -o pipefail; ${load}`] };
    }),
    restore(ours),
    restore(oneTable, [{ schema: 'big', name: 'sbtest2' }]),
    ...(flavour === 'mariadb' && isInstalled(myloader)
      ? [into(myloader, flavour, (target) => loadBack(folder, target))]
      : []),
  ];
  const results = await inTurn(contenders, rounds);
  const what = (of: string) => `restore (${flavour}), of ${of}`;
  return [
    { what: what(`the time of ${script}`), value: results.ratio(ours, script), unit: '', toReach: 0.4 },
    { what: what(`the processor time of ${script}`), value: results.ratio(ours, script, 'processorSeconds'), unit: '' },
    {
      what: `restore of one table (${flavour}), of the time of all four`,
      value: results.ratio(oneTable, ours),
      unit: '',
      toReach: 0.35,
    },
    ...(results.runs(myloader).length > 0
      ? [
          {
            what: what(`the time of ${myloader}`),
            value: results.ratio(ours, myloader),
            unit: '' as const,
            toReach: 1.3,
          },
        ]
      : []),
    { what: `restore (${flavour}), peak memory`, value: results.peak(ours), unit: 'MB', toReach: 300 },
  ];
}

/** The same four tables as our own backup, as a compressed dump and, for myloader, as mydumper writes them. */
async function takeBackups(
  folder: string,
  flavour: Flavour,
  megabytes: number,
): Promise<Pick<RestoreOrder, 'world' | 'id'>> {
  const server = await startRoomyServer(flavour);
  try {
    say(`filling ${megabytes} MB`);
    await makeBigTables(server, { megabytes, tables: 4 });
    // A server learns late how big a table has become.
    await server.query('ANALYZE TABLE big.sbtest1, big.sbtest2, big.sbtest3, big.sbtest4');
    const login = await createBackupUser(server);
    const world = {
      directory: join(folder, 'world'),
      server: { port: server.port, clientDir: server.clientDir },
      login,
    };
    const opened = await openBackupWorld(world);
    const { id } = await takeGoodFull(opened);
    opened.state.close();
    const dump = `${plainDump(server, await writeLogin(folder, server))} | gzip > ${folder}/dump.sql.gz`;
    execFileSync('bash', ['-c', `set -o pipefail; ${dump}`]);
    if (flavour === 'mariadb' && isInstalled('mydumper')) {
      execFileSync('mydumper', [
        ...asRoot(server),
        '-B',
        'big',
        '-t',
        '2',
        '-F',
        '16',
        '-c',
        '-o',
        join(folder, 'mydumper'),
      ]);
    }
    return { world, id };
  } finally {
    await server.stop();
  }
}

/** Into a fresh server each time, which is started and stopped outside of what is timed. */
function into(name: string, flavour: Flavour, call: (target: TestServer) => Prepared | Promise<Prepared>): Contender {
  return {
    name,
    async prepare() {
      const target = await startRoomyServer(flavour);
      return { ...(await call(target)), server: target, close: () => target.stop() };
    },
  };
}

function loadBack(folder: string, target: TestServer): Prepared {
  return { command: myloader, args: [...asRoot(target), '-t', '4', '-d', join(folder, 'mydumper')] };
}

function asRoot({ rootPassword, socketPath }: TestServer): string[] {
  return ['-u', 'root', '-p', rootPassword, '-S', socketPath];
}

const restoreChild = new URL('./restore-child.ts', import.meta.url).pathname;
