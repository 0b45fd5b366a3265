import { mkdir } from 'node:fs/promises';
import type { ScratchRequest } from '../../../ports/scratch.ts';
import { programFailure, startProgram } from '../../process/run-program.ts';
import type { Room } from './make-room.ts';
import type { ScratchPrograms } from './scratch-programs.ts';

/** Makes the data directory of an empty server, whose root has no password yet. */
export async function initialiseData(
  { flavour, server, install }: ScratchPrograms,
  { name, data }: Room,
  { lowerCaseTableNames, signal }: ScratchRequest,
): Promise<void> {
  signal.throwIfAborted();
  await mkdir(data, { mode: 0o700 });
  const common = ['--no-defaults', `--datadir=${data}`, ...asCurrentUser()];
  const [path, args] =
    flavour === 'mysql'
      ? [
          server,
          [
            ...common,
            '--initialize-insecure',
            `--lower-case-table-names=${lowerCaseTableNames}`,
            '--innodb-redo-log-capacity=32M',
            ...unsafeButQuick,
          ],
        ]
      : [
          install ?? '',
          [...common, '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=32M'],
        ];
  const program = startProgram(path, args, { owner: name });
  const kill = () => program.kill();
  signal.addEventListener('abort', kill, { once: true });
  program.output.resume();
  const end = await program.ended;
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (end.exitCode !== 0) throw programFailure(program.name, end);
}

/** A server that dies is thrown away, so nothing needs to survive a crash. */
export const unsafeButQuick = ['--innodb-doublewrite=OFF', '--innodb-flush-log-at-trx-commit=0'];

/** The server refuses to run as root unless it is told to. */
export function asCurrentUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
