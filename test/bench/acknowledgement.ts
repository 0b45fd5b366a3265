import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { installDemo } from '../../scripts/demo/install-demo.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import { startPlayground } from '../../src/playground/start-playground.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { makeBigTables } from '../support/big-table.ts';
import type { BenchOptions } from './bench.ts';
import { say } from './contenders.ts';
import type { Figure } from './figures.ts';
import { startRoomyServer } from './programs.ts';

const commands = 300;

/** How long the real bot takes to acknowledge `/backup status` while it takes and verifies a backup. */
export async function benchAcknowledgement({ megabytes, folder }: BenchOptions): Promise<Figure[]> {
  const server = await startRoomyServer('mysql');
  try {
    say(`filling ${megabytes} MB`);
    await makeBigTables(server, { megabytes });
    const waited = await askWhileItWorks(join(folder, 'bot'), server);
    say(`${waited.length} commands`);
    return [
      { what: 'acknowledgement during a backup, median', value: quantile(waited, 0.5), unit: 'ms' },
      {
        what: 'acknowledgement during a backup, 99th percentile',
        value: quantile(waited, 0.99),
        unit: 'ms',
        toReach: 300,
      },
    ];
  } finally {
    await server.stop();
  }
}

async function askWhileItWorks(
  folder: string,
  server: Awaited<ReturnType<typeof startRoomyServer>>,
): Promise<number[]> {
  const slack = await startPlayground({ channels: [{ name: 'db-ops', topic: 'Backups', appIsMember: true }] });
  const installation = await installDemo(folder, server, await createBackupUser(server), slack);
  const bot = installation.start();
  const state = openState({ path: join(folder, 'tidemark-state.db') });
  const asha = slack.as('asha');
  const milliseconds: number[] = [];
  try {
    await slack.waitForConnections(1, 20_000);
    while (milliseconds.length < commands) {
      await asha.command('/backup backup full');
      await pause(200);
      while (state.jobs.running().length > 0) {
        const typed = performance.now();
        await asha.command('/backup status');
        milliseconds.push(performance.now() - typed);
        await pause(10);
      }
    }
    // What was not acknowledged in time would have counted as three seconds; but nothing may be wrong otherwise either.
    const [wrong] = slack.notices();
    if (wrong) throw new Error(`Slack refused something: ${JSON.stringify(wrong)}`);
    return milliseconds;
  } finally {
    await bot.stop();
    state.close();
    await slack.close();
  }
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN;
}
