/** A bot that streams until it is killed, or sends itself SIGKILL at a crash point: `stream-child.ts '{ "point": …, …BackupWorldOptions }'`. */

import type { StreamTuning } from '../../src/operations/binlog/stream.ts';
import { streamBinlog } from '../../src/operations/binlog/stream-binlog.ts';
import { type BackupWorldOptions, openBackupWorld } from './backup-world.ts';

export interface StreamChildOptions extends BackupWorldOptions {
  readonly point?: string;
  readonly tuning: Partial<StreamTuning>;
}

const { point, tuning, ...options } = JSON.parse(process.argv[2] ?? '') as StreamChildOptions;
const world = await openBackupWorld({
  ...options,
  crashPoint: (name) => {
    if (name === point) process.kill(process.pid, 'SIGKILL');
  },
});
const [source] = world.sources.values();
if (!source) throw new Error('This world has no source.');
const stopping = new AbortController();
process.on('SIGTERM', () => stopping.abort());
await streamBinlog(world, source, { signal: stopping.signal, tuning });
world.state.close();
