/** A bot that only copies, until it is killed or sends itself SIGKILL at a crash point: `copy-child.ts '{ "point": …, "copyPath": …, …BackupWorldOptions }'`. */

import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { keepCopying } from '../../src/operations/copies/keep-copying.ts';
import { type BackupWorldOptions, openBackupWorld } from './backup-world.ts';
import { quickCopying } from './copying.ts';

export interface CopyChildOptions extends BackupWorldOptions {
  readonly point: string;
  readonly copyPath: string;
}

const { point, copyPath, ...options } = JSON.parse(process.argv[2] ?? '') as CopyChildOptions;
const world = await openBackupWorld({
  ...options,
  copies: [localRepository({ name: 'off-site', path: copyPath })],
  crashPoint: (name) => {
    if (name === point) process.kill(process.pid, 'SIGKILL');
  },
});
await keepCopying(world, { signal: new AbortController().signal, tuning: quickCopying });
