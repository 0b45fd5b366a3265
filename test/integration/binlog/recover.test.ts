import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackupUser } from '../../support/backup-user.ts';
import { openBackupWorld, takeGoodFull } from '../../support/backup-world.ts';
import { startDatabaseServer } from '../../support/database-server.ts';
import { describeServer } from '../../support/describe-server.ts';
import { commandsOf, restoreByGuide } from '../../support/restore-by-guide.ts';
import { startStream } from '../../support/streaming.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { everyFlavour } from '../../support/use-database-server.ts';

describe.each(everyFlavour)('binlogs of $name', (flavour) => {
  it('roll a backup forward with only recover.mjs, zstd and the client programs, as their guide says', async () => {
    const [server, target] = await Promise.all([startDatabaseServer({ flavour }), startDatabaseServer({ flavour })]);
    onTestFinished(async () => void (await Promise.all([server.stop(), target.stop()])));
    const login = await createBackupUser(server);
    await server.query('CREATE DATABASE log; CREATE TABLE log.t (n INT AUTO_INCREMENT PRIMARY KEY, pad TEXT)');
    const world = await openBackupWorld({ directory: temporaryDirectory(), server, login });
    onTestFinished(() => world.state.close());
    const stream = startStream(world);
    onTestFinished(() => stream.stop());
    await server.query("INSERT INTO log.t (pad) VALUES ('before')");
    const { id, position } = await takeGoodFull(world);
    for (const pad of ['a', 'b', 'c']) {
      await server.query('INSERT INTO log.t (pad) VALUES (?); FLUSH BINARY LOGS', [pad.repeat(5000)]);
      await stream.caughtUp(server);
    }
    await stream.stop();

    await restoreByGuide(world, id, target);
    const folder = join(temporaryDirectory(), 'repository');
    cpSync(world.repositoryPath, folder, { recursive: true });
    const here = join(folder, 'alumni', 'binlog');
    const login2 = `[client]\nuser=root\npassword="${target.rootPassword}"\nsocket=${target.socketPath}\n[mysqlbinlog]\n`;
    writeFileSync(join(here, '.my.cnf'), login2, { mode: 0o600 });
    const run = (script: string, cwd = here) =>
      execFileSync('bash', ['-c', `set -euo pipefail\n${script}`], {
        cwd,
        env: { HOME: here, LANG: 'C.UTF-8', PATH: `${dirname(process.execPath)}:${target.clientDir}:/usr/bin:/bin` },
        encoding: 'utf8',
      });
    expect(run(`node recover.mjs --key ${world.keyFile} alumni/full/${id}`, folder)).toContain(
      `Binlogs lead on from ${position.file}, position ${position.offset}.`,
    );
    const script = commandsOf(readFileSync(join(here, 'RECOVER.md'), 'utf8'));
    run(
      script
        .replaceAll('KEY_FILE', world.keyFile)
        .replaceAll('POSITION', String(position.offset))
        .replaceAll('FILE\\.log', `${position.file}\\.log`),
    );
    expect(await describeServer(target, { accounts: false })).toEqual(
      await describeServer(server, { accounts: false }),
    );
    const [day = ''] = run('ls -d *-binlog-*').trim().split('\n');
    expect(run(`node ../../recover.mjs --key ${world.keyFile} ${day}`)).toContain('Every part is whole');
    const [segment = ''] = run(`find ${day}/segments -name '*.zst'`).trim().split('\n');
    const bytes = readFileSync(join(here, segment));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(join(here, segment), bytes);
    expect(() => run(`node ../../recover.mjs --key ${world.keyFile} ${day}`)).toThrow(/status 4|damaged/);
  });
});
