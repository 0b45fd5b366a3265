import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { setPrefix } from '../../src/domain/backup-set.ts';
import type { BackupWorld } from './backup-world.ts';
import type { TestServer } from './database-server.ts';
import { motoCredentials } from './moto-server.ts';

const run = promisify(execFile);

/**
 * Restores a backup into an empty server with nothing but what lies in the repository: runs the commands that RECOVER.md prints,
 * as they stand there, in bash. Returns what they printed. Where the guide asks AWS KMS, `kms` says where that is.
 */
export async function restoreByGuide(
  world: Pick<BackupWorld, 'repositoryPath' | 'keyFile'>,
  id: string,
  target: TestServer,
  { kms }: { kms?: string } = {},
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-test-restore-'));
  try {
    const set = join(world.repositoryPath, setPrefix(id) ?? '');
    symlinkSync(set, join(folder, id));
    copyFileSync(join(world.repositoryPath, 'recover.mjs'), join(folder, 'recover.mjs'));
    writeFileSync(join(folder, '.my.cnf'), loginOf(target), { mode: 0o600 });
    const aws = `#!/bin/sh\nexec ${process.execPath} ${join(import.meta.dirname, 'aws-child.ts')} "$@"\n`;
    if (kms !== undefined) writeFileSync(join(folder, 'aws'), aws, { mode: 0o700 });
    const programs = [folder, dirname(process.execPath), target.clientDir, '/usr/bin', '/bin'];
    const script = commandsOf(readFileSync(join(set, 'RECOVER.md'), 'utf8')).replaceAll('KEY_FILE', world.keyFile);
    const { stdout } = await run('bash', ['-c', `set -euo pipefail\n${script}`], {
      cwd: folder,
      env: {
        ...{ HOME: folder, LANG: 'C.UTF-8', PATH: programs.join(':') },
        ...(kms !== undefined && { ...motoCredentials, AWS_ENDPOINT_URL_KMS: kms }),
      },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What stands between ```sh and ```. */
export function commandsOf(guide: string): string {
  return [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands).join('\n');
}

function loginOf({ socketPath, rootPassword }: TestServer): string {
  return `[client]\nuser=root\npassword="${rootPassword}"\nsocket=${socketPath}\n`;
}
