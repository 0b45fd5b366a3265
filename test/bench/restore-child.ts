/** One restore in a process of its own, as the bot would run it: `restore-child.ts '{ "world": …, "id": …, "target": … }'`. */
import type { TableName } from '../../src/domain/manifest.ts';
import { passingJournal } from '../../src/operations/restore-journal.ts';
import { tuneNode } from '../../src/wiring/tune-node.ts';
import { type BackupWorldOptions, openBackupWorld } from '../support/backup-world.ts';
import { restoreInto, type TargetAddress, targetAt } from '../support/restore-into.ts';

export interface RestoreOrder {
  readonly world: BackupWorldOptions;
  readonly id: string;
  readonly target: TargetAddress;
  readonly tables?: readonly TableName[];
}

tuneNode();
const { world, id, target, tables } = JSON.parse(process.argv[2] ?? '') as RestoreOrder;
const restored = await restoreInto(await openBackupWorld(world), id, targetAt(target), {
  journal: passingJournal(),
  accounts: false,
  ...(tables && { tables }),
  onInserts(part, why) {
    throw new Error(`${part.name} was loaded by its INSERTs: ${why}`);
  },
});
if (restored.kind !== 'restored') throw restored.failure;
