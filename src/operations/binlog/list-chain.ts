import {
  binlogPrefix,
  dayPrefix,
  parseBinlogKey,
  type SegmentFacts,
  segmentBytesKey,
  segmentFactsSchema,
  segmentNames,
} from '../../domain/binlog/segment.ts';
import { Failure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import { inParallel } from '../in-parallel.ts';
import { readWhole } from '../open-set.ts';
import type { World } from '../world.ts';
import { type DayKeys, dayKeys } from './day-keys.ts';
import type { StoredSegment } from './store-segment.ts';

export interface ListedChain {
  /** In no particular order; pieces of a file may lie beside the whole while it is compacted. */
  readonly segments: readonly StoredSegment[];
  /** What cannot be trusted or opened, and why. It counts as missing. */
  readonly unreadable: readonly { readonly key: string; readonly why: string }[];
  /** Bytes without facts: what an interrupted store left, or what is being stored right now. */
  readonly leftovers: readonly string[];
}

export interface ListOptions {
  readonly keys?: DayKeys;
  readonly signal?: AbortSignal;
}

/** Reads the facts of every segment of a source that a repository has. `keys` may be handed in by who has opened some already. */
export async function listChain(
  world: World,
  repository: Repository,
  source: string,
  { keys = dayKeys(world, repository, source), signal = new AbortController().signal }: ListOptions = {},
): Promise<ListedChain> {
  // Facts that are gone when they are read were compacted away meanwhile: what stands for them is in the next listing.
  for (let attempts = 5; attempts > 1; attempts -= 1) {
    const listed = await listOnce(repository, source, keys, signal);
    if (!listed.moved) return listed;
  }
  return listOnce(repository, source, keys, signal);
}

async function listOnce(
  repository: Repository,
  source: string,
  keys: DayKeys,
  signal: AbortSignal,
): Promise<ListedChain & { moved: boolean }> {
  const present = new Set<string>();
  let moved = false;
  for await (const { key } of repository.list(binlogPrefix(source))) present.add(key);
  const segments: StoredSegment[] = [];
  const unreadable: { key: string; why: string }[] = [];
  const facts = [...present].filter((key) => parseBinlogKey(source, key)?.name.startsWith('facts/'));
  await inParallel(facts, { parallel: 8, signal }, async (key) => {
    const { dayId, name } = parseBinlogKey(source, key) ?? { dayId: '', name: '' };
    try {
      const segment = await readFacts(repository, await keys.open(dayId), key, name);
      const bytes = `${dayPrefix(source, dayId)}${segmentNames(segment).bytes}`;
      if (present.has(bytes)) segments.push({ facts: segment, dayId });
      else unreadable.push({ key, why: 'its bytes are not there' });
    } catch (error) {
      if (!(error instanceof Failure) || error.retryable) throw error;
      if (error.code === 'object-missing' && !(await repository.stat(key))) moved = true;
      else unreadable.push({ key, why: error.message });
    }
  });
  const complete = new Set(facts.map(segmentBytesKey));
  const leftovers = [...present].filter((key) => /\/segments\//.test(key) && !complete.has(key));
  return { segments, unreadable, leftovers, moved };
}

/** The facts of a segment, authenticated. Failures `integrity`, `object-missing`, and the repository’s. */
export async function readFacts(
  repository: Repository,
  setKey: Awaited<ReturnType<DayKeys['open']>>,
  key: string,
  name: string,
): Promise<SegmentFacts> {
  const plain = await setKey.decryptObject(name, await readWhole(repository, key));
  const parsed = segmentFactsSchema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8')));
  if (parsed.success && segmentNames(parsed.data).facts === name) return parsed.data;
  throw new Failure('integrity', `${key} is not one that this Tidemark can read.`, {
    hint: 'If it was made by a newer Tidemark, use that one. Otherwise use another copy.',
  });
}
