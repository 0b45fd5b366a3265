import { sha256 } from '../sha256.ts';
import { inOrderOfGoing } from './decide-retention.ts';
import type { RetentionEntry, Verdict } from './retention.ts';

/** What pruning would remove, as data: it is shown before it is done, and only what was shown is done. */
export interface PrunePlan {
  readonly source: string;
  readonly at: Date;
  /** Eight hex digits that change with what would be removed. */
  readonly id: string;
  readonly repositories: readonly RepositoryPlan[];
}

export interface RepositoryPlan {
  readonly repository: string;
  /** In the order in which they go. */
  readonly removals: readonly PlannedRemoval[];
  /** Their time is over, but the place is bound to keep them; `until` is null under a hold without an end. */
  readonly locked: readonly LockedSet[];
  readonly kept: readonly Verdict[];
  /** Why nothing is removed here, though the time of something is over. */
  readonly obstacle?: Obstacle;
}

export interface PlannedRemoval extends Verdict, Pick<RetainedEntry, 'bytes' | 'pieces'> {}

export interface LockedSet extends PlannedRemoval {
  readonly lockedUntil: Date | null;
}

export interface Obstacle {
  readonly message: string;
  readonly hint: string;
}

/** Something that retention decides on, and what there is of it. */
export interface RetainedEntry extends RetentionEntry {
  /** As stored. */
  readonly bytes: number;
  /** Of a binlog file: the objects of its segments. Without their facts they are none. */
  readonly pieces?: { readonly facts: readonly string[]; readonly bytes: readonly string[] };
}

/** Sorts verdicts into what goes, what is locked, and what stays. `locks` has the ends of locks, null for one without. */
export function sortVerdicts(
  verdicts: readonly Verdict[],
  entries: readonly RetainedEntry[],
  locks: ReadonlyMap<string, Date | null>,
): Pick<RepositoryPlan, 'removals' | 'locked' | 'kept'> {
  const entryOf = new Map(entries.map((entry) => [entry.id, entry]));
  const sized = (verdict: Verdict): PlannedRemoval => {
    const { bytes = 0, pieces } = entryOf.get(verdict.id) ?? {};
    return { ...verdict, bytes, ...(pieces && { pieces }) };
  };
  const locked = verdicts.filter(({ reason }) => reason === 'locked');
  return {
    removals: inOrderOfGoing(verdicts).map(sized),
    locked: locked.map((one) => ({ ...sized(one), lockedUntil: locks.get(one.id) ?? null })),
    kept: verdicts.filter(({ verdict, reason }) => verdict === 'keep' && reason !== 'locked'),
  };
}

export function prunePlan(source: string, at: Date, repositories: readonly RepositoryPlan[]): PrunePlan {
  const what = repositories.map(({ repository, removals }) => [repository, removals.map(({ id }) => id)]);
  const id = sha256(Buffer.from(JSON.stringify([source, what]))).slice(0, 8);
  return { source, at, id, repositories };
}
