import { formatAgo } from './measures.ts';
import type { RecoveryPoint } from './recovery-point.ts';
import { formatInstant } from './wording.ts';

export interface Risk {
  /** `nothing`: no backup at all; `unproven`: there are backups, none of them verified; `since`: changes after `since` would be lost. */
  readonly kind: 'nothing' | 'unproven' | 'since';
  readonly since: Date | null;
  /** `a crash now loses everything since 02:00:14 UTC (26 h)` */
  readonly sentence: string;
  /** For the first 90 characters of an alert: `26 h of changes at risk`. */
  readonly brief: string;
}

/** What a crash at `now` costs, counted from what is proven: hope is no backup. */
export function assessRisk(newest: RecoveryPoint | null, proven: RecoveryPoint | null, now: Date): Risk {
  if (!newest) {
    return {
      kind: 'nothing',
      since: null,
      sentence: 'there is no backup: a crash now loses everything',
      brief: 'no backup at all',
    };
  }
  if (!proven) {
    return {
      kind: 'unproven',
      since: newest.at,
      sentence: `no backup has been proven; the newest, unverified, is of ${formatInstant(newest.at, now)}`,
      brief: 'no proven backup',
    };
  }
  const age = formatAgo(proven.at, now);
  const span = age === 'just now' ? 'the last minute' : age.replace(/ ago$/, '');
  return {
    kind: 'since',
    since: proven.at,
    sentence: `the newest proven backup is of ${formatInstant(proven.at, now)} (${age}); a crash now loses everything since then`,
    brief: age === 'just now' ? 'the last minute at risk' : `${span} of changes at risk`,
  };
}
