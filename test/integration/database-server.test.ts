import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBackupUser } from '../support/backup-user.ts';
import { everyFlavour, useDatabaseServer } from '../support/use-database-server.ts';

describe.each(everyFlavour)('a test server, $name', (flavour) => {
  const server = useDatabaseServer(flavour);

  it('is what it says it is', async () => {
    const [row] = await server.query<{ version: string; port: number }>('SELECT VERSION() AS version, @@port AS port');
    expect(row?.version.startsWith(server.version)).toBe(true);
    expect(row?.version.includes('MariaDB')).toBe(server.flavour === 'mariadb');
    expect(row?.port).toBe(server.port);
  });

  it('lets root in over TCP as well as over its socket', async () => {
    const overTcp = await server.connect({ port: server.port });
    const [rows] = await overTcp.query('SELECT CURRENT_USER() AS me');
    expect(rows).toEqual([{ me: 'root@127.0.0.1' }]);
  });

  it('keeps a binlog from its first file on', async () => {
    const [log] = await server.query<{ Log_name: string }>('SHOW BINARY LOGS');
    expect(log?.Log_name).toBe('binlog.000001');
  });

  it('keeps its data and its port over a restart and over a kill', async () => {
    await server.query('CREATE DATABASE kept; CREATE TABLE kept.t (id INT PRIMARY KEY); INSERT INTO kept.t VALUES (1)');
    await server.restart();
    await server.query('INSERT INTO kept.t VALUES (2)');
    await server.kill('SIGKILL');
    await expect(server.query('SELECT 1')).rejects.toThrow();
    await server.restart();
    expect(await server.query('SELECT id FROM kept.t ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await server.query('SELECT @@port AS port')).toEqual([{ port: server.port }]);
  });

  it('dies with the process that started it, even when that one is killed', async () => {
    const program = `
      const { startDatabaseServer } = await import(process.argv[1]);
      const server = await startDatabaseServer({ flavour: JSON.parse(process.argv[2]) });
      console.log(JSON.stringify([server.pid(), server.dataDir]));
      setInterval(() => {}, 1000);`;
    const module = new URL('../support/database-server.ts', import.meta.url).href;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', program, module, JSON.stringify(flavour)]);
    const [said] = await once(owner.stdout, 'data');
    const [pid, dataDir] = JSON.parse(String(said)) as [number, string];
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => isRunning(pid)).toBe(false);
    rmSync(dirname(dataDir), { recursive: true });
  });

  it('gives the backup user what a backup needs, less what is left out', async () => {
    const { user, password } = await createBackupUser(server, { without: ['RELOAD'] });
    const connection = await server.connect({ user, password });
    const [grants] = await connection.query('SHOW GRANTS');
    expect(JSON.stringify(grants)).toContain('LOCK TABLES');
    await expect(connection.query('FLUSH TABLES WITH READ LOCK')).rejects.toThrow(/RELOAD/);
    await expect(connection.query('CREATE DATABASE more')).rejects.toThrow(/denied/);
  });
});

/** A killed process that nobody has waited for yet stays in /proc as a zombie. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
