import { countOf } from '../measures.ts';
import { formatList } from '../wording.ts';
import { type ChecklistItem, checklistTitles, type ValidationReport } from './checklist.ts';

export const checklistMarks: Record<ChecklistItem['state'], string> = { 'not-ticked': '✗', unknown: '?', ticked: '✓' };

/** `2 of 6 not ticked, 1 not known`, or `all 6 ticked`. */
export function checklistSummary(checklist: readonly ChecklistItem[]): string {
  const count = (state: ChecklistItem['state']) => checklist.filter((item) => item.state === state).length;
  const [bad, unknown] = [count('not-ticked'), count('unknown')];
  if (bad + unknown === 0) return `all ${checklist.length} ticked`;
  const parts = [
    ...(bad > 0 ? [`${bad} of ${checklist.length} not ticked`] : []),
    ...(unknown > 0 ? [`${unknown} of ${checklist.length} not known`] : []),
  ];
  return parts.join(', ');
}

/** `3 validation queries met`, the missed and unknown ones first. Empty where there are none. */
export function queriesSummary(queries: ValidationReport['queries']): string {
  const count = (wanted: string) => queries.filter(({ verdict }) => verdict === wanted).length;
  const parts = (['missed', 'unknown', 'met'] as const)
    .map((verdict) => ({ verdict, count: count(verdict) }))
    .filter((one) => one.count > 0)
    .map((one) => `${one.count} ${one.verdict === 'unknown' ? 'not known' : one.verdict}`);
  return queries.length === 0
    ? ''
    : `${countOf(queries.length, 'validation query', 'validation queries')}: ${formatList(parts)}`;
}

/** One item in lines: its mark and title, its evidence below. */
export function itemLines({ topic, state, evidence }: ChecklistItem): string[] {
  return [`${checklistMarks[state]} ${checklistTitles[topic]}`, ...evidence.map((one) => `    ${one}`)];
}
