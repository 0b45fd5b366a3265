import type { BackupKind } from '../backup-id.ts';
import type { Pin } from '../pin.ts';

/** What retention has to know of a backup, or of a binlog file, as one repository has it. */
export interface RetentionEntry {
  /** A backup's id; what tells a binlog file from the others, sorting by age. */
  readonly id: string;
  readonly kind: RetainedKind;
  /** The snapshot; for an incremental or a binlog file the end of what it covers: nothing in it is younger. */
  readonly takenAt: Date;
  /** Where an incremental or a binlog file begins; nothing in it is older. */
  readonly coversFrom?: Date;
  readonly state: RetentionState;
  readonly pin: Pin | null;
  /** What keeps it at the moment, whatever retention would say. */
  readonly hold?: Hold;
}

export interface Hold {
  readonly reason: 'in-use' | 'locked';
  /** For people. */
  readonly why: string;
}

export type RetainedKind = BackupKind | 'binlog';

/** Only `good` ones, which a verification found whole, let others go. `shredded`: its key was destroyed, nobody can read it. */
export type RetentionState = 'good' | 'unverified' | 'bad' | 'shredded';

/** Days that each kind is kept; the binlog as long as incrementals. A kind without a number is kept for ever. */
export type RetentionPolicy = { readonly [Kind in BackupKind]?: number };

/** What becomes of an entry, and why. */
export interface Verdict {
  readonly id: string;
  readonly kind: RetainedKind;
  readonly verdict: 'keep' | 'remove';
  readonly reason: RetentionReason;
  /** For people: `its 30 days are over on 2026-12-23`. */
  readonly why: string;
  /** When it goes, as far as can be told now; null for what has no such day. */
  readonly until: Date | null;
}

export type RetentionReason =
  | 'unlimited'
  | 'young'
  | 'pinned'
  /** The newest good backup of its kind. */
  | 'newest-good'
  /** No backup of its kind is known to be good. */
  | 'none-good'
  /** What is rolled forward from it is kept. */
  | 'base'
  /** What is kept leads through it. */
  | 'chain'
  | Hold['reason']
  | 'over';

export const dayMilliseconds = 86_400_000;

/** When the time of an entry is over; undefined where no time is set. */
export function timeIsOver(
  { kind, takenAt }: Pick<RetentionEntry, 'kind' | 'takenAt'>,
  policy: RetentionPolicy,
): Date | undefined {
  const days = daysOf(kind, policy);
  return days === undefined ? undefined : new Date(takenAt.getTime() + days * dayMilliseconds);
}

export function daysOf(kind: RetainedKind, policy: RetentionPolicy): number | undefined {
  return policy[kind === 'binlog' ? 'incremental' : kind];
}
