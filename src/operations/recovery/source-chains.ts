import { type Chain, traceChain } from '../../domain/binlog/chain.ts';
import { toFailure } from '../../domain/failure.ts';
import type { Repository } from '../../ports/repository.ts';
import { type DayKeys, dayKeys } from '../binlog/day-keys.ts';
import { listChain } from '../binlog/list-chain.ts';
import type { StoredSegment } from '../binlog/store-segment.ts';
import type { World } from '../world.ts';

/** What one repository has of a source's binlogs. */
export interface StoredChain {
  readonly repository: Repository;
  readonly keys: DayKeys;
  readonly segments: readonly StoredSegment[];
  readonly chain: Chain;
}

/** The chain of every repository that can be reached, the nearest first. Fails as the first one did when none can. */
export async function sourceChains(
  world: World,
  repositories: readonly Repository[],
  source: string,
  signal: AbortSignal,
): Promise<StoredChain[]> {
  const chains: StoredChain[] = [];
  let trouble: unknown;
  for (const repository of repositories) {
    try {
      const keys = dayKeys(world, repository, source);
      const { segments } = await listChain(world, repository, source, { keys, signal });
      chains.push({ repository, keys, segments, chain: traceChain(segments.map(({ facts }) => facts)) });
    } catch (error) {
      signal.throwIfAborted();
      trouble ??= error;
      const { message } = toFailure(error);
      world.log.warn({ source, repository: repository.name, error: message }, 'a recovery goes without a repository');
    }
  }
  if (chains.length === 0 && trouble !== undefined) throw trouble;
  return chains;
}
