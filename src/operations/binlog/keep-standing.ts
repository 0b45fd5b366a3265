import { type Base, reachOf } from '../../domain/binlog/chain.ts';
import { type BinlogStanding, type Coverage, standingNote, standingSchema } from '../../domain/binlog/standing.ts';
import { type CatalogEntry, isReadable } from '../../domain/catalog.ts';
import type { FailureFacts } from '../../domain/job.ts';
import type { World } from '../world.ts';
import type { KnownChain } from './known-chain.ts';

export interface StandingKeeper {
  readonly current: BinlogStanding;
  update(change: Partial<Omit<BinlogStanding, 'at' | 'coverage'>>): void;
  /** Something is in the way; since when, is remembered until it is not any more. */
  trouble(failure: FailureFacts): void;
}

/** Writes how the binlogs of a source stand into the state, for everybody to read. */
export function keepStanding(
  world: World,
  source: string,
  chain: () => KnownChain | undefined,
  repository = world.repositories.primary.name,
): StandingKeeper {
  // What was held once still is, whoever streams now.
  const before = readStanding(world, source);
  let current: BinlogStanding = {
    at: world.clock.now().toISOString(),
    state: 'starting',
    server: null,
    heldAllAt: before?.heldAllAt ?? null,
    encryptsUnder: world.encryption.keys().flatMap(({ id, encrypts }) => (encrypts ? [id] : [])),
    expireSeconds: 0,
    coverage: before?.coverage ?? [],
    trouble: null,
  };
  const write = () => {
    current = { ...current, at: world.clock.now().toISOString() };
    const known = chain();
    if (known) current = { ...current, coverage: [coverageOf(world, source, repository, known)] };
    world.state.notes.set(standingNote(source), JSON.stringify(current), { lightly: true });
  };
  const update: StandingKeeper['update'] = (change) => {
    current = { ...current, ...change };
    write();
  };
  return {
    get current() {
      return current;
    },
    update,
    trouble({ code, message, hint, retryable }) {
      const since = current.trouble?.since ?? world.clock.now().toISOString();
      update({ state: 'waiting', trouble: { code, message, hint, retryable, since } });
    },
  };
}

/** How the binlogs of a source stood when somebody last wrote it down; undefined when nobody ever did. */
export function readStanding(world: Pick<World, 'state'>, source: string): BinlogStanding | undefined {
  const note = world.state.notes.get(standingNote(source));
  return note === undefined ? undefined : standingSchema.safeParse(JSON.parse(note)).data;
}

/** What a repository's chain is worth, with the backups that the catalog knows of it. */
export function coverageOf(world: World, source: string, repository: string, known: KnownChain): Coverage {
  const chain = known.chain();
  const last = chain.stretches.at(-1);
  const bases = world.state.catalog
    .list({ source, kind: 'full' })
    .filter((entry) => entry.repositories.includes(repository))
    .filter((entry) => isReadable(entry) && entry.verified?.verdict !== 'bad')
    .map(baseOf);
  return {
    repository,
    end: last?.end ?? null,
    throughAt: last?.throughAt.toISOString() ?? null,
    reaches: reachOf(bases, chain).map(({ backupId, from, to }) => ({
      backupId,
      from: from.toISOString(),
      to: to.toISOString(),
    })),
    gaps: chain.gaps.map(({ after, before, reason }) => ({
      after: after.at.toISOString(),
      before: before.at.toISOString(),
      reason,
    })),
  };
}

/** A full backup as the chain sees it. */
export function baseOf({ id, serverUuid, snapshotAt, position }: CatalogEntry): Base {
  return { backupId: id, serverUuid, snapshotAt: new Date(snapshotAt), position };
}
