import { join } from 'node:path';
import type { ScratchRequest } from '../../../ports/scratch.ts';
import { type RunningProgram, startProgram } from '../../process/run-program.ts';
import { asCurrentUser, unsafeButQuick } from './initialise-data.ts';
import type { Room } from './make-room.ts';
import type { ScratchPrograms } from './scratch-programs.ts';

/** Starts the server on its data: reached through its socket alone, writing no binlog, running no events. */
export function runScratchServer(
  { flavour, server }: ScratchPrograms,
  room: Room,
  { lowerCaseTableNames, characterSet }: ScratchRequest,
): RunningProgram {
  const args = [
    '--no-defaults',
    ...asCurrentUser(),
    `--datadir=${room.data}`,
    `--socket=${room.socket}`,
    `--pid-file=${join(room.directory, 'pid')}`,
    `--log-error=${room.log}`,
    `--tmpdir=${room.data}`,
    '--skip-networking',
    '--skip-name-resolve',
    '--skip-log-bin',
    '--event-scheduler=OFF',
    '--max-allowed-packet=1G',
    `--lower-case-table-names=${lowerCaseTableNames}`,
    `--character-set-server=${characterSet}`,
    '--innodb-buffer-pool-size=512M',
    '--innodb-buffer-pool-dump-at-shutdown=OFF',
    '--innodb-buffer-pool-load-at-startup=OFF',
    // What the source once let through has to come in again.
    '--innodb-strict-mode=OFF',
    // Rows come in by LOAD DATA LOCAL, from us alone; and those of one table's parts side by side.
    '--local-infile=ON',
    '--innodb-autoinc-lock-mode=2',
    '--performance-schema=OFF',
    ...unsafeButQuick,
    ...(flavour === 'mysql'
      ? [
          '--mysqlx=OFF',
          '--secure-file-priv=NULL',
          '--innodb-redo-log-capacity=64M',
          '--loose-mysql-native-password=ON',
          '--loose-restrict-fk-on-non-standard-key=OFF',
        ]
      : ['--innodb-log-file-size=256M']),
  ];
  return startProgram(server, args, { owner: room.name });
}
