import { join } from 'node:path';
import { makeBigTables } from '../support/big-table.ts';
import type { BenchOptions } from './bench.ts';
import { inTurn, type Run, runOnce, say } from './contenders.ts';
import type { Figure } from './figures.ts';
import { isInstalled, plainDump, shellLine, startRoomyServer, writeLogin } from './programs.ts';
import { backupBy } from './tidemark.ts';

const [ours, atMost] = ['tidemark backup full', 'tidemark, 16 processes'];
const [script, bare, mydumper] = ['mysqldump | gzip | openssl', 'mysqldump > /dev/null', 'mydumper'];

/** A full backup against the customer's script, the floor that one mysqldump sets, and mydumper where it is installed. */
export async function benchBackup({ megabytes, rounds, folder, ...options }: BenchOptions): Promise<Figure[]> {
  const server = await startRoomyServer('mysql');
  try {
    say(`filling ${megabytes} MB`);
    await makeBigTables(server, { megabytes });
    const login = await writeLogin(folder, server);
    const dump = plainDump(server, login);
    const crypt = `openssl enc -aes-256-cbc -pbkdf2 -pass pass:bench > ${join(folder, 'script.sql.gz.enc')}`;
    const others = [
      ...(options.script ? [shellLine(script, `${dump} | gzip | ${crypt}`)] : []),
      shellLine(bare, `${dump} > /dev/null`),
      ...(isInstalled(mydumper) ? [shellLine(mydumper, `mydumper ${login} -B big -t 2 -c -o ${folder}/mydumper`)] : []),
    ];
    const results = await inTurn(
      [...others, await backupBy(folder, ours, server), await backupBy(folder, atMost, server, { processes: 16 })],
      rounds,
    );
    await makeBigTables(server, { megabytes: megabytes / 10 });
    const small = await runOnce(await backupBy(folder, 'a tenth of it', server));

    const limits: Record<string, number> = { [script]: 0.14, [bare]: 1.6 };
    return [
      ...others.map(
        ({ name }): Figure => ({
          what: `backup, of the time of ${name}`,
          value: results.ratio(ours, name),
          unit: '',
          ...(limits[name] && { toReach: limits[name] }),
        }),
      ),
      { what: 'backup, peak memory', value: results.peak(ours), unit: 'MB', toReach: 300 },
      { what: 'backup, peak memory for a tenth of the data', value: small.peakMegabytes, unit: 'MB' },
      {
        what: 'backup, longest read lock with 16 processes',
        value: Math.max(...results.runs(atMost).map(lockOf)),
        unit: 'ms',
        toReach: 300,
      },
    ];
  } finally {
    await server.stop();
  }
}

function lockOf({ output }: Run): number {
  return Number(/"lockMilliseconds":\s*(\d+)/.exec(output)?.[1] ?? Number.NaN);
}
