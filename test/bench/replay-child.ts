/** One replay in a process of its own, as the bot would run it: `replay-child.ts '{ "world": …, "range": …, "target": … }'`. */
import type { BinlogRange } from '../../src/domain/binlog/binlog-range.ts';
import { replayBinlogs } from '../../src/operations/recovery/replay-binlogs.ts';
import { tuneNode } from '../../src/wiring/tune-node.ts';
import { type BackupWorldOptions, openBackupWorld } from '../support/backup-world.ts';
import { type TargetAddress, targetAt } from '../support/restore-into.ts';

export interface ReplayOrder {
  readonly world: BackupWorldOptions;
  readonly range: BinlogRange;
  readonly target: TargetAddress;
}

tuneNode();
const { world, range, target } = JSON.parse(process.argv[2] ?? '') as ReplayOrder;
const opened = await openBackupWorld(world);
await replayBinlogs(opened, {
  source: 'alumni',
  range,
  repositories: [opened.repositories.primary],
  target: targetAt(target),
  owner: `replay-bench-${process.pid}`,
  gtids: 'kept',
  binlog: true,
  signal: new AbortController().signal,
});
