import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createScratch } from '../../../src/adapters/mysql/scratch/create-scratch.ts';
import { decide } from '../../../src/operations/recovery/decide.ts';
import { planRecovery } from '../../../src/operations/recovery/request-recovery.ts';
import { tendScratch } from '../../../src/operations/recovery/standing-scratch.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type BackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import { asha, openRecoveryWorld, recovered, requested } from '../../support/recovery-world.ts';
import { startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('a point-in-time recovery of $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('is refused over a gap or a damaged part, and goes onto a scratch server that leaves nothing', async () => {
    const directory = temporaryDirectory();
    const { serverDir, clientDir, port } = server;
    const scratchDir = join(directory, 'scratch');
    const scratch = createScratch({
      serverDirs: [serverDir],
      clientDirs: [clientDir],
      dir: scratchDir,
      maxBytes: 2 ** 30,
      maxServers: 1,
    });
    const login = await createBackupUser(server);
    const { socketPath, rootPassword } = server;
    const target = { socketPath, rootPassword, clientDir };
    const world = await openRecoveryWorld({ directory, server: { port, clientDir }, login, scratch, target });
    onTestFinished(() => world.state.close());
    await server.query(
      "CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, v TEXT); INSERT INTO log.t (v) VALUES ('one')",
    );
    // Files stay as they were shipped: what is removed here is not there twice.
    const stream = startStream(world, { compactEvery: 1_000_000 });
    const { id } = await takeGoodFull(world);
    for (const v of ['two', 'three', 'four']) {
      await server.query('INSERT INTO log.t (v) VALUES (?); FLUSH BINARY LOGS', [v]);
      await stream.caughtUp(server);
    }
    await stream.stop();
    const last = await lastWritten();
    const pitr = () =>
      planRecovery(world, {
        principal: asha,
        scenario: 'point-in-time',
        end: { kind: 'before-statement', place: last },
      });
    const whole = await pitr();
    expect(whole).toMatchObject({ kind: 'planned', plan: { loss: { transactions: 1 } } });

    await disturbed(fileOf(world, /facts\/.*000002\/.*json$|facts\/.*000003\/.*json$/), 'gone', async () => {
      expect(await pitr()).toMatchObject({
        refusal: { why: 'no-plan', problem: expect.stringContaining('without a gap') },
      });
    });
    await disturbed(fileOf(world, /segments\/.*\.zst$/), 'flipped', async () => {
      expect(await pitr()).toMatchObject({ refusal: { why: 'no-plan' } });
    });
    await disturbed(fileOf(world, new RegExp(`${id}/parts/.*data`)), 'flipped', async () => {
      expect(await pitr()).toMatchObject({ refusal: { why: 'no-plan', problem: expect.stringContaining('SHA-256') } });
    });
    await disturbed(fileOf(world, new RegExp(`${id}/parts/.*data`)), 'gone', async () => {
      expect(await pitr()).toMatchObject({
        refusal: { why: 'no-plan', problem: expect.stringContaining('not whole in any repository') },
      });
    });
    expect(existsSync(scratchDir) ? readdirSync(scratchDir) : []).toEqual([]);

    const asked = await requested(
      world,
      { scenario: 'point-in-time', end: { kind: 'before-statement', place: last } },
      'scratch',
    );
    const ended = await recovered(world, asked);
    expect([ended.failure, ended.state]).toEqual([null, 'succeeded']);
    const client = join(clientDir, server.flavour === 'mysql' ? 'mysql' : 'mariadb');
    const look = () =>
      execFileSync(
        client,
        [`--defaults-file=${ended.scratch?.optionFile}`, '-BN', '-e', 'SELECT v FROM log.t ORDER BY n'],
        { encoding: 'utf8' },
      );
    expect(look().trim().split('\n')).toEqual(['one', 'two', 'three']);
    expect(decide(world, 'cancel', { principal: asha, recovery: asked.id })).toMatchObject({
      recovery: { state: 'succeeded', scratch: null },
    });
    await tendScratch(world);
    expect(readdirSync(scratchDir).filter((name) => name.startsWith('scratch-'))).toEqual([]);
  });

  /** Where the newest row was written. */
  async function lastWritten(): Promise<{ file: string; position: number }> {
    const files = await server.query<{ Log_name: string }>('SHOW BINARY LOGS');
    for (const { Log_name: file } of files.reverse()) {
      const events = await server.query<{ Pos: number; Event_type: string }>('SHOW BINLOG EVENTS IN ?', [file]);
      const rows = events.findLast(({ Event_type }) => /^Write_rows/i.test(Event_type));
      if (rows) return { file, position: Number(rows.Pos) };
    }
    throw new Error('nothing was written');
  }
});

function fileOf({ repositoryPath }: BackupWorld, pattern: RegExp): string {
  const found = (readdirSync(repositoryPath, { recursive: true }) as string[])
    .sort()
    .find((name) => pattern.test(name));
  if (!found) throw new Error(`nothing matches ${pattern}`);
  return join(repositoryPath, found);
}

async function disturbed(file: string, how: 'gone' | 'flipped', look: () => Promise<void>): Promise<void> {
  const bytes = readFileSync(file);
  if (how === 'gone') renameSync(file, `${file}.away`);
  else writeFileSync(file, bytes.with(bytes.length >> 1, (bytes.at(bytes.length >> 1) ?? 0) ^ 1));
  await look();
  if (how === 'gone') renameSync(`${file}.away`, file);
  else writeFileSync(file, bytes);
}
