import { describe, expect, it, onTestFinished } from 'vitest';
import { scheduler } from '../../../src/domain/principal.ts';
import { retainedBinlogs } from '../../../src/operations/binlog/prune-binlogs.ts';
import type { BinlogReader } from '../../../src/operations/plan-prune.ts';
import { prune } from '../../../src/operations/prune.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { openBackupWorld, takeGoodFull, verify } from '../../support/backup-world.ts';
import { readChain, startStream, whereServerWrites } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { useDatabaseServer } from '../../support/use-database-server.ts';

describe('pruning the binlogs of MySQL', () => {
  const server = useDatabaseServer('mysql');

  it('files whose days are over go, the one being streamed stays, and the stream goes on there', async () => {
    const login = await createBackupUser(server);
    const opened = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    onTestFinished(() => opened.state.close());
    const cron = '0 2 * * *';
    const schedules = { full: { cron, keepDays: 30 }, incremental: { cron, keepDays: 7, stream: true } };
    const world = { ...opened, schedules };
    await server.query('CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY)');
    const first = startStream(world);
    await first.caughtUp(server);
    await server.query('INSERT INTO app.t VALUES (1); FLUSH BINARY LOGS; INSERT INTO app.t VALUES (2)');
    await first.caughtUp(server);
    await first.stop();
    const { file } = await whereServerWrites(server);
    expect(new Set(await filesOf()).size).toBe(2);

    const needed = await prune(world, { principal: scheduler, binlogs: older(6) });
    expect(needed).toMatchObject({ kind: 'pruned', report: { binlogs: [] } });
    await takeGoodFull(opened);
    await verify(opened);
    const answer = await prune(world, { principal: scheduler, binlogs: older(10) });
    expect(answer).toMatchObject({ kind: 'pruned', report: { binlogs: [{ repository: 'primary', files: 1 }] } });
    expect(new Set(await filesOf())).toEqual(new Set([file]));

    const second = startStream(world);
    onTestFinished(() => second.stop());
    await server.query('INSERT INTO app.t VALUES (3)');
    await second.caughtUp(server);
    expect((await readChain(world)).gaps).toEqual([]);

    async function filesOf(): Promise<string[]> {
      return (await readChain(world)).stretches.flatMap(({ segments }) => segments.map((segment) => segment.file));
    }
  });
});

/** Those that lie there, as if all that are closed had been so many days earlier. */
function older(days: number): BinlogReader {
  const earlier = (at: Date) => new Date(at.getTime() - days * 86_400_000);
  return async (...place) => {
    const files = await retainedBinlogs(...place);
    return files.map(({ takenAt, coversFrom, ...entry }, index) => ({
      ...entry,
      takenAt: index < files.length - 1 ? earlier(takenAt) : takenAt,
      ...(coversFrom && { coversFrom: earlier(coversFrom) }),
    }));
  };
}
