import { setTimeout as pause } from 'node:timers/promises';
import { binlogGuide } from '../../domain/binlog/binlog-guide.ts';
import { type ChainEnd, decideStart, newTimeline } from '../../domain/binlog/decide-start.ts';
import { binlogGuideKey } from '../../domain/binlog/segment.ts';
import { isReadable } from '../../domain/catalog.ts';
import { type Failure, toFailure } from '../../domain/failure.ts';
import type { Source } from '../../ports/source.ts';
import { keepInPlain } from '../keep-in-plain.ts';
import type { World } from '../world.ts';
import { compactClosedFiles } from './compact-file.ts';
import { type DayKeys, dayKeys } from './day-keys.ts';
import { keepStanding } from './keep-standing.ts';
import { type KnownChain, knownChain } from './known-chain.ts';
import { listChain } from './list-chain.ts';
import { type Begun, shipFeed } from './ship-feed.ts';
import { type Stream, type StreamTuning, usualTuning } from './stream.ts';

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly tuning?: Partial<StreamTuning>;
}

/**
 * Streams a source's binlogs into the primary repository until the signal, which is the only way it ends. Each time it begins exactly where the repository ends;
 * whatever is in the way is shown in the standing and tried again, more and more slowly. Whoever calls holds the lease.
 */
export async function streamBinlog(world: World, source: Source, { signal, tuning }: StreamOptions): Promise<void> {
  const repository = world.repositories.primary;
  let keys = dayKeys(world, repository, source.name);
  let chain: KnownChain | undefined;
  let doubt: Doubt | undefined;
  let failures = 0;
  const standing = keepStanding(world, source.name, () => chain);
  standing.update({ state: 'starting' });

  while (!signal.aborted) {
    const begunAt = world.clock.now().getTime();
    try {
      await repository.prepare();
      chain ??= await openChain(world, source.name, keys, signal);
      const stream: Stream = { world, source, keys, chain, standing, tuning: { ...usualTuning, ...tuning }, signal };
      await followOnce(stream, doubt);
    } catch (error) {
      if (signal.aborted) break;
      const failure = toFailure(error);
      doubt = doubtAfter(failure, doubt);
      failures = world.clock.now().getTime() - begunAt > calmMilliseconds ? 1 : failures + 1;
      // Somebody else has written there, or the state of it is not known: the repository is asked anew, under a new key.
      if (failure.code === 'object-exists') {
        chain = undefined;
        keys = dayKeys(world, repository, source.name, { fresh: true });
      }
      if (standing.current.trouble?.message !== failure.message) {
        const { code, message } = failure;
        world.log.warn(
          { source: source.name, code, error: message },
          'the binlog stream was interrupted; it is tried again',
        );
      }
      standing.trouble(failure);
      await pause(backOff(failures), undefined, { signal }).catch(() => {});
    }
  }
  await source.binlogs.close();
  standing.update({ state: 'stopped' });
}

/** Why the repository's end may not be where the server is, learnt from an earlier attempt. */
type Doubt = 'diverged' | 'unsure';

async function openChain(world: World, source: string, keys: DayKeys, signal: AbortSignal): Promise<KnownChain> {
  const { primary } = world.repositories;
  const { segments, unreadable, leftovers } = await listChain(world, primary, source, { keys, signal });
  for (const { key, why } of unreadable) world.log.error({ source, key, why }, 'a binlog segment cannot be used');
  for (const key of leftovers) await primary.remove(key);
  return knownChain(segments);
}

async function followOnce(stream: Stream, doubt: Doubt | undefined): Promise<void> {
  const { world, source, signal } = stream;
  const end = stream.chain.end();
  const begun = await whereToBegin(stream, end, doubt);
  world.log.info({ source: source.name, ...begun.start }, 'streaming binlogs');
  stream.standing.update({ expireSeconds: begun.server.expireSeconds });
  const guide = Buffer.from(binlogGuide(source.name, begun.server.flavour));
  await keepInPlain(world.repositories.primary, binlogGuideKey(source.name), guide);
  const feed = await source.binlogs.follow({
    file: begun.start.file,
    offset: begun.start.kind === 'resume' ? begun.start.offset : 0,
  });
  const compacting = new AbortController();
  const compacted = compactClosedFiles(stream, AbortSignal.any([signal, compacting.signal]));
  try {
    await shipFeed(stream, feed, begun);
  } finally {
    compacting.abort();
    await compacted;
    await feed.close();
  }
}

async function whereToBegin(stream: Stream, end: ChainEnd | undefined, doubt: Doubt | undefined): Promise<Begun> {
  const { world, source } = stream;
  const server = await source.binlogs.inventory();
  const facts = {
    end,
    server,
    newestFull: newestFullOf(world, source.name, server.serverUuid),
    executedBefore: (file: string) => source.binlogs.executedBefore(file),
  };
  const decided = doubt === 'diverged' ? newTimeline(facts, 'diverged') : await decideStart(facts);
  return { server, start: doubt === 'unsure' && decided.kind === 'resume' ? { ...decided, offset: 0 } : decided };
}

function newestFullOf(
  world: World,
  source: string,
  serverUuid: string,
): { file: string; snapshotAt: Date } | undefined {
  const newest = world.state.catalog
    .list({ source, kind: 'full' })
    .find((entry) => entry.serverUuid === serverUuid && isReadable(entry) && entry.verified?.verdict !== 'bad');
  return newest && { file: newest.position.file, snapshotAt: new Date(newest.snapshotAt) };
}

/** A server that refuses to go on has the whole file read, which tells whether it is the same; one that is away says nothing either way. */
function doubtAfter(failure: Failure, doubt: Doubt | undefined): Doubt | undefined {
  if (failure.code === 'binlog-diverged') return 'diverged';
  if (failure.code === 'binlog-refused') return 'unsure';
  return failure.code === 'source-unreachable' ? doubt : undefined;
}

/** One that has streamed for so long fails anew, and is begun again soon. */
const calmMilliseconds = 60_000;

function backOff(failures: number): number {
  return Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 10));
}
