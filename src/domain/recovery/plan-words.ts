import { countOf, formatAgo, formatBytes, formatDuration } from '../measures.ts';
import { rollbackFacts, scriptLines } from '../rollback/rollback-words.ts';
import { formatInstant, formatList } from '../wording.ts';
import type { ExpectedLoss, RecoveryPlan } from './plan.ts';
import { scenarioGoals, scenarioTitles } from './scenario.ts';

/** What a plan says to people, the same in a shell and in Slack. */
export interface PlanWords {
  /** `Complete recovery of alumni onto replacement`, as a sentence begins. */
  readonly headline: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
  /** The SQL that is run as it stands there, line by line; empty for most. */
  readonly script: readonly string[];
}

export function planWords(plan: RecoveryPlan, now: Date): PlanWords {
  const { scenario, source, subject, target, steps, warnings, expectedSeconds, backup } = plan;
  const title = scenarioTitles[scenario];
  const what = subject === undefined ? source : subject;
  const goals = scenarioGoals[scenario];
  const facts: (readonly [string, string])[] = [
    ...(backup ? [['From', backupWords(backup, now)] as const] : []),
    ['To', targetWords(target)],
    ...rollbackFacts(plan.details),
    ...(plan.end ? [['Up to', endWords(plan)] as const] : []),
    ...(plan.loss ? [['Will be lost', lossWords(plan.loss, now)] as const] : []),
    ...(target.replaces.length > 0 ? [['Is replaced', someOf(target.replaces)] as const] : []),
    [
      'Takes',
      `${expectedSeconds === null ? 'not known yet: nothing like it was measured here' : `about ${formatDuration(expectedSeconds * 1000)}`}${
        goals ? `; within ${formatDuration(goals.rto * 1000)} is the aim` : ''
      }`,
    ],
  ];
  return {
    headline: `${title} of ${what} ${target.kind === 'source' ? 'on' : 'onto'} ${target.kind === 'scratch' ? 'a scratch server' : target.name}`,
    facts,
    steps: steps.map(({ title: step, seconds }) =>
      seconds === null || seconds === 0 ? step : `${step}, about ${formatDuration(seconds * 1000)}`,
    ),
    warnings,
    script: scriptLines(plan.details),
  };
}

function backupWords({ id, snapshotAt, provenAt, rawBytes }: NonNullable<RecoveryPlan['backup']>, now: Date): string {
  const proven = provenAt === null ? 'never proven' : `proven ${formatAgo(new Date(provenAt), now)}`;
  return `${id}, of ${formatInstant(new Date(snapshotAt), now)}, ${formatBytes(rawBytes)}, ${proven}`;
}

function targetWords({ kind, name, place, version, serverUuid }: RecoveryPlan['target']): string {
  return kind === 'scratch'
    ? `a scratch server of version ${version}, ${place}`
    : `${name} at ${place}, version ${version}, server ${serverUuid}`;
}

function endWords({ end, wanted, range }: RecoveryPlan): string {
  const at = `${end?.at.slice(0, 19).replace('T', ' ')} UTC`;
  if (!range) return `${at}: the backup alone`;
  const place = end?.place ? `, ${end.place.file}:${end.place.end}` : '';
  switch (wanted.kind) {
    case 'gtid':
      return `${at}, when ${wanted.set} had run${place}`;
    case 'before-statement':
      return `${at}, just before ${wanted.gtid ?? `${wanted.place?.file}:${wanted.place?.position}`}`;
    case 'moment':
      return `${at}, every transaction that was over by then${place}`;
    default:
      return `${at}, the end of the shipped binlogs${place}`;
  }
}

export function lossWords({ from, to, transactions, tables }: ExpectedLoss, now: Date): string {
  const span = formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)));
  const since = `what was committed after ${formatInstant(new Date(from), now)}, ${span}`;
  if (transactions === null) return `${since}; how many transactions nobody can tell`;
  if (transactions === 0)
    return `nothing that was shipped; what came after ${formatInstant(new Date(to), now)} is not known`;
  const most = (tables ?? []).slice(0, 5).map(({ table, changes }) => `${table} ${countOf(changes, 'change')}`);
  const more = (tables?.length ?? 0) > 5 ? `, and ${countOf((tables?.length ?? 0) - 5, 'more table')}` : '';
  const by = most.length > 0 ? `: ${most.join(', ')}${more}` : '';
  return `${since}, ${countOf(transactions, 'transaction')}${by}`;
}

function someOf(names: readonly string[]): string {
  return names.length <= 6 ? formatList(names) : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
