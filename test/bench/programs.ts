import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDatabaseServer, type TestServer } from '../support/database-server.ts';
import type { Flavour } from '../support/server-programs.ts';
import type { Contender } from './contenders.ts';

/** A server that has room for a gigabyte, and is otherwise as tests have it. */
export function startRoomyServer(flavour: Flavour): Promise<TestServer> {
  const log = flavour === 'mysql' ? '--innodb-redo-log-capacity=1G' : '--innodb-log-file-size=1G';
  return startDatabaseServer({ flavour, options: [log, '--innodb-buffer-pool-size=2G'] });
}

/** The argument that logs root in. */
export async function writeLogin(folder: string, { socketPath, rootPassword }: TestServer): Promise<string> {
  const path = join(folder, 'login.cnf');
  await writeFile(path, `[client]\nuser=root\npassword="${rootPassword}"\nsocket=${socketPath}\n`, { mode: 0o600 });
  return `--defaults-file=${path}`;
}

/** One schema, as people dump it. */
export function plainDump({ flavour, clientDir }: TestServer, login: string): string {
  const flags = flavour === 'mysql' ? '--set-gtid-purged=OFF' : '';
  return `${clientDir}/mysqldump ${login} --single-transaction ${flags} --no-tablespaces --routines --triggers --databases big`;
}

export function shellLine(name: string, line: string): Contender {
  return { name, prepare: async () => ({ command: 'bash', args: ['-c', `set -o pipefail; ${line}`] }) };
}

export function isInstalled(program: string): boolean {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
