import { streamLease } from '../../domain/binlog/standing.ts';
import type { Repository } from '../../ports/repository.ts';
import type { World } from '../world.ts';
import { keepStanding } from './keep-standing.ts';
import { knownChain } from './known-chain.ts';
import { listChain } from './list-chain.ts';

/** Reads from a repository how far the binlogs of a source lead, after the state was lost. Whoever streams them knows that already. */
export async function rebuildStanding(world: World, repository: Repository, source: string): Promise<void> {
  if (world.state.leases.holder(streamLease(source))) return;
  const { segments } = await listChain(world, repository, source);
  if (segments.length === 0) return;
  const known = knownChain(segments);
  keepStanding(world, source, () => known, repository.name).update({ state: 'stopped' });
}
