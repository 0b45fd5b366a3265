/** What a source's data is held to, by configuration. Times are milliseconds. */
export interface Validation {
  readonly queries: readonly ValidationQuery[];
  readonly performance: readonly PerformanceQuery[];
  readonly application: readonly ApplicationCheck[];
  /** How long the checklist may count one table, or look for the orphans of one foreign key. */
  readonly limitMilliseconds: number;
}

/** One SELECT, as the configuration has it. */
interface ConfiguredQuery {
  readonly name: string;
  readonly sql: string;
  /** The schema that names without one are of. */
  readonly schema?: string;
  readonly limitMilliseconds: number;
}

/** A question to the data, and what the answer has to be. */
export interface ValidationQuery extends ConfiguredQuery {
  readonly expectation: Expectation;
  /** What may be shown of the answer: columns by name, in this order. */
  readonly columns: readonly string[];
  /** Its being met shows that recent data is there. */
  readonly recent: boolean;
}

/** What is looked at: the number of rows, or the only value of the only row (its first column). */
export interface Expectation {
  readonly of: 'rows' | 'value';
  readonly is: Comparison;
}

export type Comparison =
  | { readonly kind: 'equals'; readonly value: string }
  | { readonly kind: 'atLeast'; readonly least: number }
  /** Of what the source itself answers to the same question. */
  | { readonly kind: 'withinPercent'; readonly percent: number };

/** A question whose answer has to come about as quickly as it did on the source when that was well. */
export interface PerformanceQuery extends ConfiguredQuery {
  /** So many times slower is too slow. */
  readonly slowerBy: number;
}

export type ApplicationCheck = {
  readonly name: string;
  readonly limitMilliseconds: number;
  /** On what it says something. */
  readonly on: readonly Place[];
} & (
  | { readonly kind: 'command'; readonly command: readonly [string, ...string[]] }
  | { readonly kind: 'http'; readonly url: string; readonly method: 'GET' | 'HEAD' | 'POST'; readonly status: number }
);

/** Which server is looked at. */
export const places = ['source', 'scratch', 'target'] as const;
export type Place = (typeof places)[number];

export const usualQueryLimit = 30_000;
export const usualCheckLimit = 10 * 60_000;
export const usualSlowerBy = 3;

/** Nothing configured: the checklist still looks at what it can. */
export const noValidation: Validation = {
  queries: [],
  performance: [],
  application: [],
  limitMilliseconds: usualCheckLimit,
};

/** What holds for every source, and what holds for this one besides. */
export function joinValidations(common: Validation | undefined, own: Validation | undefined): Validation {
  const [first, second] = [common ?? noValidation, own ?? noValidation];
  return {
    queries: [...first.queries, ...second.queries],
    performance: [...first.performance, ...second.performance],
    application: [...first.application, ...second.application],
    limitMilliseconds: (own ?? first).limitMilliseconds,
  };
}
