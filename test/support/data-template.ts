import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { cacheDir } from '../../scripts/setup/places.mjs';
import { runServer } from './server-process.ts';
import type { Flavour, ServerPrograms } from './server-programs.ts';

const run = promisify(execFile);

/** Not empty, so that a test that loses it fails; not secret. */
export const rootPassword = 'root of a test server';

/** Fills `dataDir`, which must not exist, with a fresh, empty server. Initialised once per version, copied after. */
export async function freshDataDir(programs: ServerPrograms, dataDir: string): Promise<void> {
  const template = join(cacheDir, 'templates', `${programs.flavour}-${programs.version}`);
  if (!existsSync(template)) await makeTemplate(programs, template);
  await run('cp', ['-a', '--reflink=auto', template, dataDir]);
}

/** Most of an empty server is its redo log. One that loads a gigabyte deserves a bigger one. */
export function smallRedoLog(flavour: Flavour): string {
  return flavour === 'mysql' ? '--loose-innodb-redo-log-capacity=32M' : '--innodb-log-file-size=32M';
}

/** Test workers may race here: each makes its own, the first to rename wins. */
async function makeTemplate(programs: ServerPrograms, template: string): Promise<void> {
  await mkdir(dirname(template), { recursive: true });
  const workshop = await mkdtemp(join(tmpdir(), 'tidemark-template-'));
  const partial = `${template}.partial-${process.pid}-${Date.now()}`;
  const dataDir = join(workshop, 'data');
  try {
    await initialise(programs, dataDir);
    await letRootIn(programs, dataDir, join(workshop, 's'));
    // Two servers with one uuid would take each other's transactions for their own.
    await rm(join(dataDir, 'auto.cnf'), { force: true });
    await rm(join(dataDir, 'error.log'), { force: true });
    await run('cp', ['-a', dataDir, partial]);
    await rename(partial, template).catch((error: unknown) => {
      if (!existsSync(template)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(workshop, { recursive: true, force: true });
  }
}

async function initialise({ flavour, server, clientDir }: ServerPrograms, dataDir: string): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  if (flavour === 'mysql') {
    await run(server, ['--no-defaults', '--initialize-insecure', `--datadir=${dataDir}`, ...asRoot]);
    return;
  }
  const install = ['mariadb-install-db', '../scripts/mariadb-install-db'].map((name) => join(clientDir, name));
  await run(install.find(existsSync) ?? 'mariadb-install-db', [
    '--no-defaults',
    `--datadir=${dataDir}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    ...asRoot,
  ]);
}

async function letRootIn(programs: ServerPrograms, dataDir: string, socketPath: string): Promise<void> {
  const options = ['--skip-networking', '--skip-log-bin', '--secure-file-priv=', smallRedoLog(programs.flavour)];
  const server = await runServer(programs, { dataDir, socketPath, options, rootPassword: '' });
  try {
    const connection = await createConnection({ socketPath, user: 'root' });
    const [others] = await connection.query<RowDataPacket[]>(
      "SELECT User AS user, Host AS host FROM mysql.user WHERE User IN ('', 'root') AND Host <> 'localhost'",
    );
    for (const { user, host } of others) await connection.query('DROP USER ?@?', [user, host]);
    await connection.query("CREATE USER root@'127.0.0.1' IDENTIFIED BY ?", [rootPassword]);
    await connection.query("GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION");
    await connection.query('ALTER USER root@localhost IDENTIFIED BY ?', [rootPassword]);
    await connection.end();
  } finally {
    await server.shutDown();
  }
}
