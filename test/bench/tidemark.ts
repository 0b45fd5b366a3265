import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackupUser } from '../support/backup-user.ts';
import type { TestServer } from '../support/database-server.ts';
import { type Contender, type Prepared, runOnce } from './contenders.ts';

export interface BenchInstallation {
  /** The primary repository; a local folder without it. */
  readonly primary?: Record<string, unknown>;
  readonly processes?: number;
  readonly env?: Record<string, string>;
}

/** `tidemark backup full` of a server, installed in a folder of its own. */
export async function backupBy(
  folder: string,
  name: string,
  server: TestServer,
  { primary = { type: 'local', path: 'backups' }, processes, env = {} }: BenchInstallation = {},
): Promise<Contender> {
  const directory = join(folder, name.replaceAll(/\W+/g, '-'));
  const { user, password } = await createBackupUser(server);
  await mkdir(directory);
  await writeFile(join(directory, 'password'), password);
  const configuration = {
    sources: {
      bench: { socketPath: server.socketPath, user, password: { file: 'password' }, clientDir: server.clientDir },
    },
    repository: { primary },
    encryption: { keys: [{ id: 'bench', file: 'bench.key' }] },
    backups: { ...(processes && { processes }), verifyAfter: false },
  };
  const tidemark = (...args: string[]): Prepared => ({
    command: process.execPath,
    args: [main, '--config', join(directory, 'tidemark.yaml'), ...args],
    env,
    server,
  });
  const init = tidemark('init', '--key-id', 'bench', '--key-file', 'bench.key');
  await runOnce({ name: 'init', prepare: async () => init });
  // JSON is YAML; init has made the key and a configuration, which this one replaces.
  await writeFile(join(directory, 'tidemark.yaml'), JSON.stringify(configuration));
  return { name, prepare: async () => tidemark('backup', 'full', '--json') };
}

const main = new URL('../../src/main.ts', import.meta.url).pathname;
