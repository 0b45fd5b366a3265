import type { WantedEnd } from '../../domain/recovery/recovery-end.ts';
import { recoveryRefusalWords } from '../../domain/recovery/recovery-refusal.ts';
import { isZone, momentOnClocks, onClocks } from '../../domain/zoned-moment.ts';
import type { RecoveryRequest } from '../../operations/recovery/request-recovery.ts';
import { type TypedEnd, wantedEnd } from '../../operations/recovery/wanted-end.ts';
import { endIn, onScratch, type RestoreChoices, scenarioIn } from './blocks/restore-form.ts';
import type { Entered } from './modal.ts';

type Asked = Omit<RecoveryRequest, 'principal' | 'signal'>;
type Wrong = { readonly kind: 'wrong'; readonly errors: Readonly<Record<string, string>> };

/** What the form of `/backup restore` asks for; or what is wrong with it, beside the field that it is wrong in. */
export function readRestore(choices: RestoreChoices, entered: Entered): { kind: 'read'; asked: Asked } | Wrong {
  const scenario = scenarioIn(entered);
  const { fields = [], onto, name } = scenario;
  const source = entered.source ?? choices.sources[0];
  const end = readEnd(endIn(scenario, entered), entered);
  const target = onto ? readTarget(choices, entered.target) : undefined;
  const problems = fields.map(({ id, problem }) => [id, problem?.(entered[id] ?? '')] as const);
  const errors = Object.fromEntries([
    ...(source !== undefined && choices.sources.includes(source)
      ? []
      : [['source', 'Choose one that you may recover.']]),
    ...(target?.kind === 'wrong' ? [['target', target.says]] : []),
    ...(end.kind === 'wrong' ? [[end.field, end.says]] : []),
    ...problems.flatMap(([id, says]) => (says === undefined ? [] : [[id, says]])),
  ]);
  if (Object.keys(errors).length > 0 || end.kind === 'wrong') return { kind: 'wrong', errors };
  const details = Object.fromEntries(fields.map(({ id }) => [id, entered[id] ?? '']));
  return {
    kind: 'read',
    asked: {
      scenario: name,
      end: end.end,
      ...(source !== undefined && { source }),
      ...(target?.kind === 'target' && { target: target.name }),
      ...(fields.length > 0 && { details }),
      ...(entered.why !== undefined && { why: entered.why }),
    },
  };
}

export type ReadMoment =
  | { readonly kind: 'moment'; readonly at: Date }
  /** The field that is wrong, and what to say beside it. */
  | { readonly kind: 'wrong'; readonly field: 'day' | 'time'; readonly says: string };

/** Day, time and clock as a moment. */
export function readMoment({ day, time = '', clock = 'UTC' }: Entered): ReadMoment {
  if (day === undefined) return { kind: 'wrong', field: 'day', says: 'Which day?' };
  if (!/^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(time)) {
    return { kind: 'wrong', field: 'time', says: 'Write it as 10:30 or 10:30:45, of 24 hours.' };
  }
  const found = momentOnClocks(isZone(clock) ? clock : 'UTC', day, time);
  switch (found.kind) {
    case 'moment':
      return found;
    case 'never':
      return { kind: 'wrong', field: 'time', says: `No clock in ${clock} showed that: they were put forward over it.` };
    case 'twice': {
      const [first, second] = [found.first, found.second].map((at) => onClocks('UTC', at).slice(11));
      const says = `The clocks in ${clock} showed that twice: say it by UTC, where it is ${first} or ${second}.`;
      return { kind: 'wrong', field: 'time', says };
    }
    default:
      return found satisfies never;
  }
}

type ReadEnd =
  | { readonly kind: 'end'; readonly end: WantedEnd }
  | { readonly kind: 'wrong'; readonly field: string; readonly says: string };

function readEnd(kind: ReturnType<typeof endIn>, entered: Entered): ReadEnd {
  switch (kind) {
    case undefined:
    case 'chain-end':
      return { kind: 'end', end: { kind: 'chain-end' } };
    case 'moment': {
      const moment = readMoment(entered);
      return moment.kind === 'wrong' ? moment : { kind: 'end', end: { kind: 'moment', at: moment.at.toISOString() } };
    }
    case 'before':
      return asTyped('before', { before: entered.before ?? '' });
    case 'gtid':
      return asTyped('gtid', { untilGtid: entered.gtid ?? '' });
    default:
      return kind satisfies never;
  }
}

function asTyped(field: string, typed: TypedEnd): ReadEnd {
  const end = wantedEnd(typed);
  if (!('why' in end)) return { kind: 'end', end };
  const { message, hint } = recoveryRefusalWords(end);
  return { kind: 'wrong', field, says: `${message} ${hint}` };
}

function readTarget(
  { targets, scratch }: RestoreChoices,
  chosen: string | undefined,
): { kind: 'target'; name: string } | { kind: 'scratch' } | { kind: 'wrong'; says: string } {
  if (chosen === onScratch && scratch) return { kind: 'scratch' };
  const name = chosen?.replace(/^on:/, '');
  return name !== undefined && targets.includes(name)
    ? { kind: 'target', name }
    : { kind: 'wrong', says: 'That server is not in the configuration any more: choose another.' };
}
