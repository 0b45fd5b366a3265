import { describe, expect, it } from 'vitest';
import { checkTarget } from '../../src/operations/check-target.ts';
import { createBackupUser } from '../support/backup-user.ts';
import { openBackupWorld, takeGoodFull, verify } from '../support/backup-world.ts';
import { failureOf } from '../support/failure-of.ts';
import { requestInto, restoreInto, targetAt } from '../support/restore-into.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('before anything is restored on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  const target = useDatabaseServer(flavour, { options: ['--max-allowed-packet=2M'] });

  it('the largest INSERT is compared with what the target takes, where a verification has measured it', async () => {
    await server.query('CREATE DATABASE large; CREATE TABLE large.t (id INT PRIMARY KEY, t LONGTEXT)');
    await server.query("INSERT INTO large.t VALUES (1, REPEAT('x', 3000000)), (2, 'small')");
    const login = await createBackupUser(server);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    const { id } = await takeGoodFull(world);
    const check = async () => checkTarget(await requestInto(world, id, targetAt(target)));
    expect(await check()).toMatchObject({ packet: 'unknown', room: 'unknown' });

    expect(await verify(world, id)).toMatchObject({ kind: 'succeeded' });
    const failure = await failureOf(() => restoreInto(world, id, targetAt(target)));
    expect(failure).toMatchObject({
      code: 'restore-failed',
      message: 'The backup holds an INSERT of 2.9 MiB; target takes 2.0 MiB at most.',
    });
    expect((await targetAt(target).inventory()).schemas).toEqual([]);

    await target.query('SET GLOBAL max_allowed_packet = 4194304');
    expect(await check()).toMatchObject({ packet: 'fits' });
    expect(await restoreInto(world, id, targetAt(target))).toMatchObject({ kind: 'restored' });
  });

  it('what it will take is compared with the room that there is, where that is known', async () => {
    const login = await createBackupUser(server);
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    const { id } = await takeGoodFull(world);
    await target.query('DROP DATABASE IF EXISTS large');
    const full = { ...targetAt(target), freeBytes: async () => 1_000_000 };
    expect(await failureOf(() => restoreInto(world, id, full))).toMatchObject({
      code: 'restore-failed',
      message: expect.stringMatching(/^The restore needs about .* MiB; target has 977 KiB free\.$/),
    });
    expect((await targetAt(target).inventory()).schemas).toEqual([]);

    const roomy = { ...full, freeBytes: async () => 1e12 };
    expect(await checkTarget(await requestInto(world, id, roomy))).toMatchObject({ room: 'fits' });
  });
});
