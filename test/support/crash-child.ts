/** A bot that sends itself a signal at a crash point: `crash-child.ts '{ "point": …, "signal": …, "verify": …, …BackupWorldOptions }'`. */
import { type BackupWorldOptions, openBackupWorld, takeBackup, verify } from './backup-world.ts';

export interface CrashOptions extends BackupWorldOptions {
  readonly point: string;
  /** Instead of a backup, the newest one is verified. */
  readonly verify?: boolean;
  /** Instead of a full one. */
  readonly kind?: 'schema';
  /** SIGKILL unless named. */
  readonly signal?: NodeJS.Signals;
}

const {
  point,
  verify: verifies = false,
  signal = 'SIGKILL',
  kind = 'full',
  ...options
} = JSON.parse(process.argv[2] ?? '') as CrashOptions;
const world = await openBackupWorld({
  ...options,
  crashPoint: (name) => {
    if (name === point) process.kill(process.pid, signal);
  },
});
const outcome = await (verifies ? verify(world) : takeBackup(world, kind));
console.log(`came through: ${JSON.stringify(outcome)}`);
