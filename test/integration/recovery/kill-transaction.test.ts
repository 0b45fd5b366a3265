import type { Connection } from 'mysql2/promise';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decide } from '../../../src/operations/recovery/decide.ts';
import { executeRecovery } from '../../../src/operations/recovery/execute-recovery.ts';
import { planRecovery } from '../../../src/operations/recovery/request-recovery.ts';
import { createBackupUser } from '../../support/backup-user.ts';
import { openBackupWorld } from '../../support/backup-world.ts';
import { asha, carriedOut, ravi, requested } from '../../support/recovery-world.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../../support/use-database-server.ts';

const end = { kind: 'chain-end' } as const;

describe.each(everyFlavour)('the end of a transaction on $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  /** A world, and a transaction that has changed a row and says nothing more. */
  async function opened() {
    await server.query('DROP DATABASE IF EXISTS shop; CREATE DATABASE shop; CREATE TABLE shop.t (n INT PRIMARY KEY)');
    const login = await createBackupUser(server);
    const restore = { user: 'root', password: server.rootPassword };
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login, source: { restore } });
    onTestFinished(() => world.state.close());
    const idle = await begun(7);
    const asked = () =>
      requested(world, { scenario: 'kill-transaction', end, details: { connection: idle.threadId } }, 'scratch');
    return { world, idle, asked };
  }

  async function begun(row: number): Promise<Connection> {
    const connection = await server.connect({ database: 'shop' });
    connection.on('error', () => {});
    onTestFinished(() => connection.destroy());
    await connection.query(`START TRANSACTION; INSERT INTO t VALUES (${row})`);
    return connection;
  }

  const approve = (world: Awaited<ReturnType<typeof opened>>['world'], recovery: string) =>
    decide(world, 'approve', { principal: ravi, recovery });

  it('is asked for, approved by somebody else, and rolls back that very one', async () => {
    const { world, idle, asked } = await opened();
    const other = await begun(8);
    const { id, plan } = await asked();
    expect(plan.steps[0]?.title).toContain(`connection ${idle.threadId} of root@`);
    expect(decide(world, 'approve', { principal: asha, recovery: id })).toMatchObject({
      refusal: { why: 'self-approval' },
    });
    expect(approve(world, id)).toMatchObject({ kind: 'decided' });
    expect(await carriedOut(world, id)).toMatchObject({
      state: 'succeeded',
      notes: [`Connection ${idle.threadId} was ended; what it had changed is rolled back.`],
    });
    await expect(idle.query('SELECT 1')).rejects.toThrow();
    await other.query('COMMIT');
    expect(await server.query('SELECT n FROM shop.t')).toEqual([{ n: 8 }]);
  });

  it('leaves alone what its connection does next, though it was approved', async () => {
    const { world, idle, asked } = await opened();
    const { id } = await asked();
    approve(world, id);
    await idle.query('COMMIT; START TRANSACTION; INSERT INTO t VALUES (9)');
    const ended = await executeRecovery(world, id, { signal: new AbortController().signal });
    expect(ended).toMatchObject({ kind: 'refused' });
    expect(world.state.recoveries.get(id)?.state).toBe('void');
    await idle.query('COMMIT');
    expect(await server.query('SELECT n FROM shop.t ORDER BY n')).toEqual([{ n: 7 }, { n: 9 }]);
  });

  it('is refused where the connection has none open', async () => {
    const { world } = await opened();
    const asked = { principal: asha, scenario: 'kill-transaction', end, details: { connection: 999_999 } } as const;
    expect(JSON.stringify(await planRecovery(world, asked))).toContain('Connection 999999 has no open transaction');
  });
});
