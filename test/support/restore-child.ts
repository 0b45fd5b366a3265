/** A restore that kills itself: `restore-child.ts '{ "world": …, "id": …, "target": …, "point": …, "afterBytes": … }'`. */
import { type BackupWorldOptions, openBackupWorld } from './backup-world.ts';
import { restoreInto, type TargetAddress, targetAt } from './restore-into.ts';

const { world, id, target, point, afterBytes } = JSON.parse(process.argv[2] ?? '') as {
  world: BackupWorldOptions;
  id: string;
  target: TargetAddress;
  point?: string;
  /** Stored bytes of data that were read. */
  afterBytes?: number;
};
let read = 0;
const die = () => process.kill(process.pid, 'SIGKILL');
const result = await restoreInto(await openBackupWorld(world), id, targetAt(target), {
  deferKeysAboveBytes: 1_000_000,
  crashPoint: (name) => name === point && die(),
  onRead(bytes) {
    read += bytes;
    if (afterBytes !== undefined && read > afterBytes) die();
  },
});
console.log(`came through: ${JSON.stringify(result)}`);
