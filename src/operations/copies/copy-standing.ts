import type { Coverage } from '../../domain/binlog/standing.ts';
import {
  type Backlog,
  type CopyHalf,
  type CopyStanding,
  copyNote,
  copyStandingSchema,
  nothingMissing,
} from '../../domain/copies/copy-standing.ts';
import type { Failure } from '../../domain/failure.ts';
import type { World } from '../world.ts';

export interface CopyStandingKeeper {
  readonly current: CopyStanding;
  /** So much is missing now, the oldest of it since then. Nothing missing ends a trouble. */
  missing(half: CopyHalf, missing: number, oldest: Date | undefined): void;
  /** Something is in the way; since when, is remembered until it is not any more. */
  trouble(half: CopyHalf, failure: Failure): void;
  /** What was in the way is not any more. */
  well(half: CopyHalf): void;
  covers(coverage: Coverage): void;
}

/** Writes how a copy stands into the state, for everybody to read. It goes on from what somebody wrote there last. */
export function keepCopyStanding(world: World, copy: string, source: string): CopyStandingKeeper {
  let current: CopyStanding = readCopyStanding(world, copy, source) ?? {
    at: world.clock.now().toISOString(),
    sets: nothingMissing,
    segments: nothingMissing,
    coverage: null,
  };
  const write = (change: Partial<CopyStanding>) => {
    current = { ...current, ...change, at: world.clock.now().toISOString() };
    world.state.notes.set(copyNote(copy, source), JSON.stringify(current), { lightly: true });
  };
  const update = (half: CopyHalf, change: Partial<Backlog>) => write({ [half]: { ...current[half], ...change } });
  return {
    get current() {
      return current;
    },
    missing: (half, missing, oldest) => update(half, { missing, oldest: oldest?.toISOString() ?? null }),
    trouble(half, { code, message, hint, retryable }) {
      const since = current[half].trouble?.since ?? world.clock.now().toISOString();
      update(half, { trouble: { code, message, hint, retryable, since } });
    },
    well(half) {
      if (current[half].trouble) update(half, { trouble: null });
    },
    covers: (coverage) => write({ coverage }),
  };
}

/** How a copy of a source stood when somebody last wrote it down; undefined when nobody ever did. */
export function readCopyStanding(
  { state }: Pick<World, 'state'>,
  copy: string,
  source: string,
): CopyStanding | undefined {
  const note = state.notes.get(copyNote(copy, source));
  return note === undefined ? undefined : copyStandingSchema.safeParse(JSON.parse(note)).data;
}
