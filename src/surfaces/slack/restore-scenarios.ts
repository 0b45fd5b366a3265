import type { ScenarioName } from '../../domain/recovery/scenario.ts';

/** Up to where something is wanted back. */
export type EndKind = 'chain-end' | 'moment' | 'before' | 'gtid';

/** How a recovery is asked for in the form of `/backup restore`. */
export interface AskedScenario {
  readonly name: ScenarioName;
  /** The word behind `/backup restore`. */
  readonly way: string;
  readonly label: string;
  /** Whether it goes onto a server that is to be named; otherwise onto the source itself. */
  readonly onto: boolean;
  /** What may be said of its end; the first is what stands there. Empty: there is nothing to say. */
  readonly ends: readonly EndKind[];
  /** What only this one asks for. What is entered goes into the request's details, by id. */
  readonly fields?: readonly AskedField[];
}

export interface AskedField {
  readonly id: string;
  readonly label: string;
  readonly placeholder: string;
  readonly hint?: string;
  /** What is wrong with it, as a sentence. */
  problem?(entered: string): string | undefined;
}

/** Every scenario that can be asked for in the form: one line each. */
export const askedScenarios: readonly AskedScenario[] = [
  {
    name: 'complete',
    way: 'full',
    label: 'Everything, as near to now as can be',
    onto: true,
    ends: ['chain-end', 'moment', 'before', 'gtid'],
  },
  {
    name: 'point-in-time',
    way: 'pitr',
    label: 'Everything, as it was at a moment',
    onto: true,
    ends: ['moment', 'before', 'gtid'],
  },
  {
    name: 'table',
    way: 'table',
    label: 'One table, beside the live one',
    onto: false,
    ends: ['moment', 'before', 'gtid', 'chain-end'],
    fields: [{ id: 'table', label: 'Which table?', placeholder: 'alumni.users', hint: 'Its schema, a dot, its name.' }],
  },
  {
    name: 'schema-rollback',
    way: 'schema',
    label: 'The structure, as it was before a migration',
    onto: false,
    ends: [],
    fields: [
      {
        id: 'migration',
        label: 'Which migration?',
        placeholder: '001-add-phone',
        hint: '/backup migration list shows them.',
      },
    ],
  },
];

/** As the form says each. */
export const endLabels: Readonly<Record<EndKind, string>> = {
  'chain-end': 'As near to now as the binlogs lead',
  moment: 'A moment',
  before: 'Just before a transaction',
  gtid: 'Once a set of GTIDs has run',
};
