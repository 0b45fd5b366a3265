import { z } from 'zod';
import { countOf } from '../measures.ts';
import { queryVerdictSchema } from '../validation/judge-query.ts';

/** The customer's checklist C, in its order. */
export const checklistTopics = [
  'tables',
  'foreign-keys',
  'recent-data',
  'application',
  'performance',
  'backup-integrity',
] as const;
export type ChecklistTopic = (typeof checklistTopics)[number];

export const checklistTitles: Record<ChecklistTopic, string> = {
  tables: 'All tables present and accessible',
  'foreign-keys': 'Foreign key constraints intact',
  'recent-data': 'Recent data verified',
  application: 'Application functionality tested',
  performance: 'Performance benchmarks met',
  'backup-integrity': 'Backup integrity confirmed',
};

/** `unknown`: nobody looked, or could; the evidence says why. */
export const checklistStates = ['not-ticked', 'unknown', 'ticked'] as const;

export const checklistItemSchema = z.object({
  topic: z.enum(checklistTopics),
  state: z.enum(checklistStates),
  /** What was seen, the whole of it in the first sentence. Names and counts, never values. */
  evidence: z.array(z.string()),
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;

/** What was looked at on one server, and what came of it. */
export const validationReportSchema = z.object({
  at: z.iso.datetime(),
  place: z.enum(['source', 'scratch', 'target']),
  /** What is not ticked stands first. */
  checklist: z.array(checklistItemSchema),
  queries: z.array(queryVerdictSchema),
});
export type ValidationReport = z.infer<typeof validationReportSchema>;

/** What is not ticked first, then what nobody knows; within that the customer's order. */
export function inOrderOfWorry(items: readonly ChecklistItem[]): ChecklistItem[] {
  const rank = ({ state, topic }: ChecklistItem) =>
    checklistStates.indexOf(state) * checklistTopics.length + checklistTopics.indexOf(topic);
  return [...items].sort((a, b) => rank(a) - rank(b));
}

/** What makes a person look: an item that is not ticked, a query that is not met. */
export function worries({ checklist, queries }: Pick<ValidationReport, 'checklist' | 'queries'>): number {
  const items = checklist.filter(({ state }) => state === 'not-ticked').length;
  return items + queries.filter(({ verdict, recent }) => verdict === 'missed' && !recent).length;
}

/** Evidence of one thing among many; what is wrong first, and no more of it than anybody reads. */
export interface Observed {
  readonly state: 'good' | 'bad' | 'unknown';
  readonly words: string;
}

const mostWords = 20;

/** One item out of many observations: one bad is not ticked, one unknown is not known. */
export function decideItem(
  topic: ChecklistTopic,
  observed: readonly Observed[],
  said: { readonly allWell: string; readonly nothing: string },
): ChecklistItem {
  const bad = observed.filter(({ state }) => state === 'bad');
  const unknown = observed.filter(({ state }) => state === 'unknown');
  if (observed.length === 0) return { topic, state: 'unknown', evidence: [said.nothing] };
  const troubles = [...bad, ...unknown].map(({ words }) => words);
  const evidence =
    troubles.length <= mostWords
      ? troubles
      : [
          ...troubles.slice(0, mostWords),
          `… and ${countOf(troubles.length - mostWords, 'more like these', 'more like these')}`,
        ];
  if (bad.length > 0) return { topic, state: 'not-ticked', evidence };
  if (unknown.length > 0) return { topic, state: 'unknown', evidence };
  return { topic, state: 'ticked', evidence: [said.allWell] };
}
