import { z } from 'zod';
import { toFailure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { decideRetention } from '../domain/retention/decide-retention.ts';
import { retained, retentionPolicy } from '../domain/retention/retained.ts';
import { type RepositoryUse, repositoryUse, type StoredItem } from '../domain/storage-use.ts';
import type { Repository } from '../ports/repository.ts';
import { listedIn } from './listed-in.ts';
import { everyRepository } from './repository-named.ts';
import { sourcesToLookAt } from './resolve-source.ts';
import type { World } from './world.ts';

/** Unless the configuration says otherwise. */
export const usualWarningDays = 14;

export interface MeasuredStorage {
  readonly kind: 'storage';
  readonly at: Date;
  /** Disks that are full within so many days are warned of. */
  readonly warnWithinDays: number;
  readonly repositories: readonly RepositoryUse[];
}

/** What the repositories hold of the sources that somebody may look at, how they grow, and when their disks are full. */
export async function measureStorage(
  world: World,
  request: { principal: Principal; source?: string },
): Promise<MeasuredStorage | Refusal> {
  const names = sourcesToLookAt(world, request);
  if (!Array.isArray(names)) return names;
  await noteFreeSpace(world);
  const at = world.clock.now();
  const repositories = storageUses(world, at).map((use) => ({
    ...use,
    sources: use.sources.filter(({ source }) => names.includes(source)),
  }));
  const warnWithinDays = world.warnWhenFullWithinDays ?? usualWarningDays;
  return { kind: 'storage', at, warnWithinDays, repositories };
}

/** The same from what was measured last, for whoever cannot wait. */
export function storageUses(world: World, at: Date): RepositoryUse[] {
  const policy = retentionPolicy(world.schedules);
  return everyRepository(world).map((repository) => {
    const { name, location } = repository;
    const items = [...world.sources.keys()].flatMap((source) => itemsIn(world, repository, source, at));
    return repositoryUse({ repository: name, location, freeBytes: lastFree(world, name), items }, policy, at);
  });
}

/** An incremental backup stands for the binlog files that it names, which only the repository knows one by one. */
function itemsIn(world: World, repository: Repository, source: string, at: Date): StoredItem[] {
  const listed = listedIn(world, repository, source);
  const verdicts = decideRetention(listed.map(retained), retentionPolicy(world.schedules), at);
  return listed.map(({ kind, snapshotAt, storedBytes }, index) => {
    const { verdict, until = null } = verdicts[index] ?? {};
    const leavesAt = verdict === 'remove' ? at : until;
    return { source, kind, at: new Date(snapshotAt), bytes: storedBytes, leavesAt };
  });
}

/** Asks each repository how much room it has and remembers it. One that is away is left out. */
export async function noteFreeSpace(world: World): Promise<void> {
  for (const repository of everyRepository(world)) {
    const note = freeNote(repository.name);
    try {
      const bytes = await repository.freeBytes();
      if (bytes === undefined) world.state.notes.remove(note);
      else world.state.notes.set(note, JSON.stringify(bytes));
    } catch (error) {
      world.state.notes.remove(note);
      world.log.warn(
        { repository: repository.name, error: toFailure(error).message },
        'its room could not be measured',
      );
    }
  }
}

function lastFree(world: World, repository: string): number | null {
  const note = world.state.notes.get(freeNote(repository));
  return note === undefined ? null : (z.number().safeParse(JSON.parse(note)).data ?? null);
}

function freeNote(repository: string): string {
  return `free-bytes:${repository}`;
}
