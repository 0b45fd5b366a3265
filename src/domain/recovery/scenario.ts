/** What can be recovered in one way of doing it. */
export const scenarioNames = ['complete', 'point-in-time', 'table', 'schema-rollback', 'kill-transaction'] as const;
export type ScenarioName = (typeof scenarioNames)[number];

/** What each is called in a sentence. */
export const scenarioTitles: Record<ScenarioName, string> = {
  complete: 'complete recovery',
  'point-in-time': 'point-in-time recovery',
  table: 'table recovery',
  'schema-rollback': 'schema rollback',
  'kill-transaction': 'end of a transaction',
};

/** What the customer's document promises, in seconds: the time from the request to the end, and how much may be lost. */
export const scenarioGoals: Partial<Record<ScenarioName, { readonly rto: number; readonly rpo: number }>> = {
  complete: { rto: 4 * 3600, rpo: 15 * 60 },
  'point-in-time': { rto: 4 * 3600, rpo: 15 * 60 },
  table: { rto: 2 * 3600, rpo: 3600 },
  'schema-rollback': { rto: 3600, rpo: 0 },
};
