import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/domain/check.ts';
import type { StoredRecovery } from '../../../src/domain/recovery/recovery.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { type Installation, install } from '../../support/install.ts';
import { useDatabaseServer } from '../../support/use-database-server.ts';

describe('the shell', () => {
  const server = useDatabaseServer('mysql');
  const target = useDatabaseServer('mysql');

  it('shows a plan, asks for approval, and recovers by the bot or by itself when glass is broken', async () => {
    await server.query(
      "CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, v TEXT); INSERT INTO log.t (v) VALUES ('one')",
    );
    const tidemark = await install(server, await createBackupUser(server));
    addTarget(tidemark, target);
    await tidemark.runWith(
      {
        async whileRunning({ kill, saw }) {
          await saw('Tidemark runs');
          expect((await tidemark.run('backup', 'full')).status).toBe(0);
          await server.query("INSERT INTO log.t (v) VALUES ('two')");
          await expect
            .poll(
              async () => planOf(await tidemark.run('restore', 'full', '--target', 'replacement', '--plan', '--json')),
              { timeout: 30_000, interval: 200 },
            )
            .toMatchObject({ range: { files: [{}] } });

          const asked = await tidemark.run('restore', 'full', '--target', 'replacement', '--json');
          const { id, state } = JSON.parse(asked.stdout) as StoredRecovery;
          expect([asked.status, state]).toEqual([0, 'requested']);
          const own = await tidemark.run('approvals', 'approve', id);
          expect([own.status, own.stderr]).toEqual([3, expect.stringContaining('somebody else has to approve it')]);
          const twice = await tidemark.run('restore', 'full', '--target', 'replacement');
          expect([twice.status, twice.stderr]).toEqual([3, expect.stringContaining(id)]);
          expect((await tidemark.run('approvals', 'cancel', id.slice(-4))).stdout).toContain('cancelled by');

          const broken = await tidemark.run(
            'restore',
            'full',
            '--target',
            'replacement',
            '--break-glass',
            'the only one awake',
          );
          // Which steps are seen depends on how quick they are.
          expect(broken.stderr).toMatch(/running: (Restore the full backup|Replay the binlogs|Read every table)/);
          expect([broken.status, broken.stdout]).toEqual([
            0,
            expect.stringContaining('by breaking glass: the only one awake'),
          ]);
          kill('SIGTERM');
        },
      },
      'start',
    );
    expect(await rowsOf()).toEqual(['one', 'two']);

    // Without a bot the shell runs it; a server that holds something is replaced.
    await target.query("UPDATE log.t SET v = 'spoilt'");
    const alone = await tidemark.run('restore', 'full', '--target', 'replacement', '--break-glass', 'again', '--json');
    expect(JSON.parse(alone.stdout)).toMatchObject({ state: 'succeeded', plan: { target: { replaces: ['log'] } } });
    expect(await rowsOf()).toEqual(['one', 'two']);
    const { stdout } = await tidemark.run('audit', 'list');
    expect(stdout).toContain('recovery.break-glass');

    const { checks } = JSON.parse((await tidemark.run('doctor', '--json')).stdout) as { checks: Check[] };
    expect(checks.filter(({ id }) => id === 'target').map(({ subject, state }) => [subject, state])).toEqual([
      ['replacement', 'good'],
      ['itself', 'good'],
    ]);
    const elsewhere = await tidemark.run('restore', 'full', '--target', 'replacemant');
    expect([elsewhere.status, elsewhere.stderr]).toEqual([2, expect.stringContaining('Targets are replacement')]);
    const overItself = await tidemark.run('restore', 'full', '--target', 'itself', '--plan');
    expect([overItself.status, overItself.stderr]).toEqual([
      3,
      expect.stringContaining('nothing is restored over a source'),
    ]);
    const noMoment = await tidemark.run('restore', 'pitr', '--target', 'replacement', '--plan');
    expect([noMoment.status, noMoment.stderr]).toEqual([3, expect.stringContaining('A point in time is missing')]);
  });

  function rowsOf(): Promise<string[]> {
    return target.query<{ v: string }>('SELECT v FROM log.t ORDER BY n').then((rows) => rows.map(({ v }) => v));
  }

  function addTarget({ folder }: Installation, { socketPath, rootPassword, clientDir }: typeof target): void {
    const file = join(folder, 'tidemark.yaml');
    writeFileSync(join(folder, 'root-password'), rootPassword);
    const place = (socket: string) =>
      `{ socketPath: ${socket}, user: root, password: { file: root-password }, clientDir: ${clientDir} }`;
    writeFileSync(
      file,
      `${readFileSync(file, 'utf8')}\ntargets:\n  replacement: ${place(socketPath)}\n  itself: ${place(server.socketPath)}\n`,
    );
  }
});

function planOf({ stdout, stderr }: { stdout: string; stderr: string }): unknown {
  const document = JSON.parse(stdout || '{}') as { plan?: unknown };
  return document.plan ?? stderr;
}
