import { formatAge, formatAgo } from './measures.ts';
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
  if (proven.through > proven.at) return binlogRisk(proven.through, now);
  const age = formatAgo(proven.at, now);
  const span = age === 'just now' ? 'the last minute' : age.replace(/ ago$/, '');
  return {
    kind: 'since',
    since: proven.at,
    sentence: `the newest proven backup is of ${formatInstant(proven.at, now)} (${age}); a crash now loses everything since then`,
    brief: age === 'just now' ? 'the last minute at risk' : `${span} of changes at risk`,
  };
}

/** With binlogs behind a proven backup, what is lost is what they do not hold yet. */
function binlogRisk(through: Date, now: Date): Risk {
  const span = formatAge(through, now).replace(/ ago$/, '');
  return {
    kind: 'since',
    since: through,
    sentence: `a crash now loses what was committed after ${formatInstant(through, now)} (${span})`,
    brief: `${span} of changes at risk`,
  };
}
