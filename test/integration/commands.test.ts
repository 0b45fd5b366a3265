import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createBackupUser } from '../support/backup-user.ts';
import { type Installation, install } from '../support/install.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

const waiting = expect.objectContaining({ User: 'tidemark', State: expect.stringMatching(/Waiting|lock/i) });

describe.each(everyFlavour)('the commands on $name', (flavour) => {
  const server = useDatabaseServer(flavour);
  beforeAll(async () => {
    await server.query('CREATE DATABASE app; CREATE TABLE app.t (id INT PRIMARY KEY, v TEXT)');
    await server.query("INSERT INTO app.t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
  });

  async function withBackup(): Promise<Installation & { id: string; files: string[] }> {
    const installation = await install(server, await createBackupUser(server));
    const run = await installation.run('backup', 'full', '--json');
    expect(run, run.stderr).toMatchObject({ status: 0 });
    const { outcome } = JSON.parse(run.stdout) as { outcome: { backupId: string } };
    const set = join(installation.folder, 'backups', 'alumni', 'full', outcome.backupId);
    const files = (readdirSync(set, { recursive: true }) as string[]).map((file) => join(set, file));
    return { ...installation, id: outcome.backupId, files };
  }

  it('take a backup, verify it, list it, show it and find it again when the state is lost', async () => {
    const { run, id, folder } = await withBackup();
    expect((await run('verify', 'latest')).stdout).toContain(`${id} is good`);
    expect((await run('backups')).stdout).toMatch(new RegExp(`${id} .*good, (just now|\\d+ min ago)`));
    expect((await run('show', id.slice(-4))).stdout).toMatch(/app\.t +InnoDB +3\n?/);
    expect((await run('status')).stdout).toMatch(/^alumni: recoverable to .*proven (just now|\d+ min ago)/);

    for (const file of readdirSync(folder)) {
      if (file.startsWith('tidemark-state.db')) writeFileSync(join(folder, file), '');
    }
    expect((await run('backups')).stdout).toContain('There is no backup of alumni yet');
    expect(await run('catalog', 'rebuild')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('lists 1 backup'),
    });
    expect((await run('backups')).stdout).toContain(id);
    expect((await run('audit', 'verify')).status).toBe(0);
  });

  it('tell what changed since the last schema backup: in the report, in its details and as a diff', async () => {
    const { run } = await install(server, await createBackupUser(server));
    const take = async () => JSON.parse((await run('backup', 'schema', '--json')).stdout).outcome.backupId as string;
    const before = await take();
    await server.query('ALTER TABLE app.t ADD late INT; CREATE VIEW app.some AS SELECT id FROM app.t');
    const reported = await run('backup', 'schema');
    await server.query('ALTER TABLE app.t DROP late; DROP VIEW app.some');
    expect(reported.stdout).toContain(`2 changes: 1 added, 1 changed since ${before}`);
    const [, after = ''] = /Backup (\S+) is done/.exec(reported.stdout) ?? [];
    const shown = await run('show', after);
    const diff = await run('schema', 'diff', before, after);
    for (const { stdout } of [reported, shown, diff]) {
      expect(stdout).toMatch(/table app\.t changed\n +\+ `late` int.*\n *view app\.some added/);
    }
    expect(shown.stdout).toContain(`schema diff ${before} ${after}`);
    expect((await run('schema', 'diff', before, before)).stdout).toContain('nothing changed');
  });

  it('exit 4 and say which part when one byte is not what it was', async () => {
    const { run, files } = await withBackup();
    const part = files.find((file) => /parts.\d+-data/.test(file)) ?? '';
    const bytes = readFileSync(part);
    const middle = Math.floor(bytes.length / 2);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(part, bytes, { flush: true });
    const verified = await run('verify', 'latest', '--json');
    expect(verified.status).toBe(4);
    expect(JSON.parse(verified.stdout)).toMatchObject({ findings: [expect.stringContaining('-data')] });
  });

  it('end a backup cleanly when they are interrupted, and list nothing of it', async () => {
    const { runWith, run } = await install(server, await createBackupUser(server));
    const lock = await server.connect();
    // The dump cannot have its snapshot while somebody holds a table for writing.
    await lock.query('LOCK TABLES app.t WRITE');
    const stopped = await runWith(
      {
        async whileRunning({ kill }) {
          await expect.poll(() => server.query('SHOW PROCESSLIST'), { timeout: 20_000 }).toContainEqual(waiting);
          kill('SIGINT');
        },
      },
      'backup',
      'full',
    );
    await lock.end();
    expect(stopped).toMatchObject({ status: 1, stderr: expect.stringContaining('Stopping cleanly') });
    expect((await run('backups')).stdout).toContain('There is no backup');
  });
});
