import type { WantedEnd } from '../../domain/recovery/recovery-end.ts';
import { noPlan, type RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';

/** As people type it. */
export interface TypedEnd {
  /** `2026-11-28T10:30:00Z`, or `2026-11-28 10:30:00`, which is UTC. */
  readonly until?: string | undefined;
  readonly untilGtid?: string | undefined;
  /** `binlog.000012:4711`, or a GTID: to just before it. */
  readonly before?: string | undefined;
}

/** What was meant; without any of them as near to now as can be. Times have to be whole and are in UTC where they do not say. */
export function wantedEnd({ until, untilGtid, before }: TypedEnd): WantedEnd | RecoveryRefusal {
  const given = [until, untilGtid, before].filter((each) => each !== undefined);
  if (given.length > 1) {
    return noPlan('There can be but one end.', 'Say --until, --until-gtid or --before, not more than one of them.');
  }
  if (until !== undefined) return moment(until);
  if (untilGtid !== undefined) return { kind: 'gtid', set: untilGtid.replaceAll(/\s/g, '') };
  if (before !== undefined) return beforeStatement(before);
  return { kind: 'chain-end' };
}

function moment(text: string): WantedEnd | RecoveryRefusal {
  const shape = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
    text.trim(),
  );
  if (!shape) return noPlan(`${text} is no moment.`, 'Write it like 2026-11-28T10:30:00Z; without a zone it is UTC.');
  const [, day, time = '', zone = 'Z'] = shape;
  const offset = /^(UTC|Z)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = new Date(`${day}T${time.length === 5 ? `${time}:00` : time}${offset}`);
  // 31 February would become 3 March without a word.
  const isReal = !Number.isNaN(at.getTime()) && !(offset === 'Z' && !at.toISOString().startsWith(`${day}T`));
  return isReal
    ? { kind: 'moment', at: at.toISOString() }
    : noPlan(`${text} is no moment.`, 'There is no such day or hour.');
}

function beforeStatement(text: string): WantedEnd | RecoveryRefusal {
  const place = /^(.+\.\d+):(\d+)$/.exec(text.trim());
  if (place) return { kind: 'before-statement', place: { file: place[1] ?? '', position: Number(place[2]) } };
  const gtid = /^[0-9a-f-]{36}(:[a-z_]\w*)?:\d+$/i.test(text.trim()) || /^\d+-\d+-\d+$/.test(text.trim());
  if (gtid) return { kind: 'before-statement', gtid: text.trim().toLowerCase() };
  return noPlan(
    `${text} is no place in the binlogs.`,
    'Write it like binlog.000012:4711, or a GTID. tidemark backups shows what there is.',
  );
}
