import { setObjects } from '../../domain/backup-set.ts';
import { retainedFiles } from '../../domain/binlog/retained-files.ts';
import { binlogPrefix, dayOf, parseBinlogKey } from '../../domain/binlog/segment.ts';
import type { Principal } from '../../domain/principal.ts';
import type { PlannedRemoval, RetainedEntry } from '../../domain/retention/prune-plan.ts';
import type { Repository } from '../../ports/repository.ts';
import { record } from '../record.ts';
import type { World } from '../world.ts';
import { listChain } from './list-chain.ts';

/** The binlog files of a source in one repository, for retention to decide on. */
export async function retainedBinlogs(world: World, repository: Repository, source: string): Promise<RetainedEntry[]> {
  const { segments } = await listChain(world, repository, source);
  return retainedFiles(segments, world.clock.now());
}

/** Removes a binlog file: the facts of its segments first, for without them they are none, and then their bytes. A crash leaves bytes that count for nothing. */
export async function removeBinlogFile(
  world: World,
  repository: Repository,
  { id, why, pieces = { facts: [], bytes: [] } }: PlannedRemoval,
  { source, principal }: { source: string; principal: Principal },
): Promise<void> {
  const detail = { why, repository: repository.name };
  record(world, principal, { action: 'binlog.removing', source, subject: id, detail });
  for (const key of pieces.facts) await repository.remove(key);
  world.crashPoint('binlog-facts-removed');
  for (const key of pieces.bytes) await repository.expire(key);
}

/** A day's key outlives its segments by a day at least: whoever stores one under it has opened it before. */
const dayMilliseconds = 86_400_000;

/** Gives up what is left of days without segments: their keys, and bytes of a removal that was cut off. Only of days that are over. */
export async function clearEmptyDays(world: World, repository: Repository, source: string): Promise<void> {
  const yesterday = new Date(world.clock.now().getTime() - dayMilliseconds).toISOString().slice(0, 10);
  const days = new Map<string, { keys: string[]; hasSegments: boolean }>();
  for await (const { key } of repository.list(binlogPrefix(source))) {
    const { dayId, name } = parseBinlogKey(source, key) ?? {};
    if (dayId === undefined || name === undefined) continue;
    const day = days.get(dayId) ?? { keys: [], hasSegments: false };
    days.set(dayId, { keys: [...day.keys, key], hasSegments: day.hasSegments || name.startsWith('facts/') });
  }
  for (const [dayId, { keys, hasSegments }] of days) {
    if (hasSegments || dayOf(dayId) >= yesterday.replaceAll('-', '')) continue;
    // The key last: as long as there are bytes, it can be told what they were.
    const isKey = (key: string) => key.endsWith(`/${setObjects.keys}`);
    for (const key of [...keys.filter((one) => !isKey(one)), ...keys.filter(isKey)]) await repository.expire(key);
  }
}
