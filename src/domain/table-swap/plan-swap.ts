import { splitCreateTable } from '../create-table.ts';
import { quoteName, quoteTable, type TableName, unquoteName } from '../manifest.ts';
import type { Flavour } from '../server.ts';
import { formatList } from '../wording.ts';
import {
  checkDefinition,
  checksOf,
  columnNames,
  type ForeignKey,
  foreignKeyDefinition,
  foreignKeysOf,
  keepIndex,
  nameAfterRename,
} from './constraints.ts';
import { type CopyStructure, copyStructure, type Renamed, sameTable } from './copy-structure.ts';
import type { SwapNames } from './swap-names.ts';
import type { SwapStep } from './swap-step.ts';
import type { TableFacts, TakenNames, Trigger } from './table-facts.ts';
import { triggerSteps } from './trigger-steps.ts';

export interface SwapRequest {
  readonly flavour: Flavour;
  readonly names: SwapNames;
  /** The table that serves now; undefined when it is gone. */
  readonly live: TableFacts | undefined;
  /** The table as it was recovered, under its own name. */
  readonly recovered: Pick<TableFacts, 'createTable' | 'triggers' | 'versioned'>;
  /** What other tables of the schema have. */
  readonly taken: TakenNames;
}

export type SwapDecision =
  | { readonly kind: 'planned'; readonly structure: CopyStructure; readonly steps: readonly SwapStep[] }
  | { readonly kind: 'refused'; readonly why: string; readonly mend: string };

/**
 * How the recovered table takes the live one's place: by one RENAME where nothing hangs on it, otherwise by steps around that. Foreign
 * keys of other tables point to both until only one of the two serves, so at no moment, and after no crash, is anything unguarded.
 */
export function planSwap(request: SwapRequest): SwapDecision {
  const { flavour, names, live, recovered } = request;
  const refusal = refuse(request);
  if (refusal) return refusal;
  const structure = copyStructure(recovered, names, { flavour, isThere: live !== undefined });
  if (!live) return { kind: 'planned', structure, steps: stepsWithoutLive(names, recovered.triggers) };
  const foreignKeys = live.foreignKeysIn.map((key, index) => ({ key, waiting: `${names.mark}_in${index + 1}` }));
  const triggers = triggerSteps(names, live.triggers, recovered.triggers);
  return {
    kind: 'planned',
    structure,
    steps: [
      ...foreignKeys.map((each) => pointToBoth(each, names)),
      ...triggers.before,
      exchange(names),
      ...foreignKeys.flatMap((each) => pointToOne(each, names)),
      ...triggers.after,
      ...giveUpForeignKeys(live, names),
      ...takeForeignKeys(structure.foreignKeys, names),
      ...(flavour === 'mysql' ? [...giveUpChecks(live, names), ...takeChecks(structure, names)] : []),
    ],
  };
}

function exchange({ table, copy, old }: SwapNames): SwapStep {
  const [live, beside, away] = [table, copy, old].map(quoteTable);
  return {
    title: `the recovered table takes the place of ${live}`,
    forth: { sql: `RENAME TABLE ${live} TO ${away}, ${beside} TO ${live}` },
    back: { sql: `RENAME TABLE ${live} TO ${beside}, ${away} TO ${live}` },
    mark: { kind: 'table', table: old, name: '', present: true },
    exchanges: true,
  };
}

/** Foreign keys that still point to a table that is gone find the new one by its name. */
function stepsWithoutLive(names: SwapNames, triggers: readonly Trigger[]): SwapStep[] {
  const { table, copy } = names;
  const rename = (from: TableName, to: TableName) => ({ sql: `RENAME TABLE ${quoteTable(from)} TO ${quoteTable(to)}` });
  const come: SwapStep = {
    title: `the recovered table becomes ${quoteTable(table)}`,
    forth: rename(copy, table),
    back: rename(table, copy),
    mark: { kind: 'table', table, name: '', present: true },
    exchanges: true,
  };
  return [...triggerSteps(names, undefined, triggers).before, come];
}

interface KeyIn {
  readonly key: ForeignKey;
  /** What it is called beside the one that there is. */
  readonly waiting: string;
}

function pointToBoth({ key, waiting }: KeyIn, { copy }: SwapNames): SwapStep {
  const child = quoteTable(key.child);
  return {
    title: `${child} refers to the recovered table too`,
    forth: {
      sql: alter(key.child, [
        ...keepIndex(key),
        `ADD ${foreignKeyDefinition({ ...key, name: waiting, parent: copy })}`,
      ]),
    },
    back: { sql: `ALTER TABLE ${child} DROP FOREIGN KEY ${quoteName(waiting)}` },
    mark: { kind: 'foreign-key', table: key.child, name: waiting, present: true },
  };
}

function pointToOne({ key, waiting }: KeyIn, { table, old }: SwapNames): SwapStep[] {
  const child = quoteTable(key.child);
  const add = (name: string, parent: TableName) => `ADD ${foreignKeyDefinition({ ...key, name, parent })}`;
  const drop = (name: string) => `DROP FOREIGN KEY ${quoteName(name)}`;
  return [
    {
      title: `${child} refers to the old table no more`,
      forth: { sql: `ALTER TABLE ${child} ${drop(key.name)}` },
      back: { sql: `ALTER TABLE ${child} ${add(key.name, old)}` },
      mark: { kind: 'foreign-key', table: key.child, name: key.name, present: false },
    },
    {
      title: `its foreign key is called ${quoteName(key.name)} again`,
      forth: { sql: `ALTER TABLE ${child} ${drop(waiting)}, ${add(key.name, table)}` },
      back: { sql: `ALTER TABLE ${child} ${drop(key.name)}, ${add(waiting, table)}` },
      mark: { kind: 'foreign-key', table: key.child, name: waiting, present: false },
    },
  ];
}

/** Kept, they would hold back deletions from the tables that the old one refers to. */
function giveUpForeignKeys(live: TableFacts, { table, old }: SwapNames): SwapStep[] {
  const keys = foreignKeysOf(live.createTable, table).map((key) => ({
    ...key,
    name: nameAfterRename(key.name, 'ibfk', table.name, old.name),
    parent: sameTable(key.parent, table) ? old : key.parent,
  }));
  const [first] = keys;
  if (!first) return [];
  return [
    {
      title: 'the old table gives up its foreign keys',
      forth: {
        sql: alter(
          old,
          keys.map(({ name }) => `DROP FOREIGN KEY ${quoteName(name)}`),
        ),
      },
      back: {
        sql: alter(
          old,
          keys.flatMap((key) => [...keepIndex(key), `ADD ${foreignKeyDefinition(key)}`]),
        ),
      },
      mark: { kind: 'foreign-key', table: old, name: first.name, present: false },
    },
  ];
}

function takeForeignKeys(keys: readonly Renamed<ForeignKey>[], { table }: SwapNames): SwapStep[] {
  const waiting = keys.filter(({ beside, serving }) => beside.name !== serving.name);
  const [first] = waiting;
  if (!first) return [];
  const rename = (from: keyof Renamed<ForeignKey>, to: keyof Renamed<ForeignKey>) =>
    alter(table, [
      ...waiting.map((key) => `DROP FOREIGN KEY ${quoteName(key[from].name)}`),
      ...waiting.map((key) => `ADD ${foreignKeyDefinition({ ...key.serving, name: key[to].name })}`),
    ]);
  return [
    {
      title: 'the foreign keys of the recovered table get their own names',
      forth: { sql: rename('beside', 'serving') },
      back: { sql: rename('serving', 'beside') },
      mark: { kind: 'foreign-key', table, name: first.beside.name, present: false },
    },
  ];
}

function giveUpChecks(live: TableFacts, { table, old }: SwapNames): SwapStep[] {
  // Those whose names have followed the table are in nobody's way.
  const checks = checksOf(live.createTable).filter(
    ({ name }) => nameAfterRename(name, 'chk', table.name, old.name) === name,
  );
  const [first] = checks;
  if (!first) return [];
  return [
    {
      title: 'the old table gives up the names of its checks',
      forth: {
        sql: alter(
          old,
          checks.map(({ name }) => `DROP CHECK ${quoteName(name)}`),
        ),
      },
      back: {
        sql: alter(
          old,
          checks.map((check) => `ADD ${checkDefinition(check)}`),
        ),
      },
      mark: { kind: 'check', table: old, name: first.name, present: false },
    },
  ];
}

function takeChecks({ checks }: CopyStructure, { table, copy }: SwapNames): SwapStep[] {
  const waiting = checks.filter(
    ({ beside, serving }) => nameAfterRename(beside.name, 'chk', copy.name, table.name) !== serving.name,
  );
  const [first] = waiting;
  if (!first) return [];
  const rename = (from: 'beside' | 'serving', to: 'beside' | 'serving') =>
    alter(table, [
      ...waiting.map((check) => `DROP CHECK ${quoteName(check[from].name)}`),
      ...waiting.map((check) => `ADD ${checkDefinition(check[to])}`),
    ]);
  return [
    {
      title: 'the checks of the recovered table get their own names',
      forth: { sql: rename('beside', 'serving') },
      back: { sql: rename('serving', 'beside') },
      mark: { kind: 'check', table, name: first.beside.name, present: false },
      rewrites: true,
    },
  ];
}

function alter(table: TableName, changes: readonly string[]): string {
  return `ALTER TABLE ${quoteTable(table)} ${changes.join(', ')}`;
}

function refuse({ flavour, names, live, recovered, taken }: SwapRequest): SwapDecision | undefined {
  const table = quoteTable(names.table);
  if (live?.versioned || recovered.versioned) {
    return refused(
      `The server keeps the history of the rows of ${table}, and a table that takes its place would have none.`,
      'Recover it beside the live table, and bring single rows back by hand.',
    );
  }
  const there = new Set(columnsOf(recovered.createTable));
  for (const key of live?.foreignKeysIn ?? []) {
    const missing = columnNames(key.rest).filter((column) => !there.has(column));
    if (missing.length === 0) continue;
    return refused(
      `${quoteTable(key.child)} refers to the column ${formatList(missing.map(quoteName))} of ${table}, which the recovered table has not.`,
      `Recover it as of a later moment, or take the foreign key ${quoteName(key.name)} away first.`,
    );
  }
  const clash =
    taken.triggers.find((name) => recovered.triggers.some((trigger) => trigger.name === name)) ??
    taken.foreignKeys.find((name) =>
      foreignKeysOf(recovered.createTable, names.table).some((key) => key.name === name),
    ) ??
    (flavour === 'mysql'
      ? taken.checks.find((name) => checksOf(recovered.createTable).some((check) => check.name === name))
      : undefined);
  if (clash === undefined) return undefined;
  return refused(
    `The recovered table has something called ${quoteName(clash)}, and by now another table of ${quoteName(names.table.schema)} has that name.`,
    'Rename or remove the other one, then ask again.',
  );
}

function columnsOf(createTable: string): string[] {
  return splitCreateTable(createTable).definitions.flatMap((definition) => {
    const name = /^`(?:[^`]|``)+`/.exec(definition)?.[0];
    return name === undefined ? [] : [unquoteName(name)];
  });
}

function refused(why: string, mend: string): SwapDecision {
  return { kind: 'refused', why, mend };
}
