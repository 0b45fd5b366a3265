import { z } from 'zod';
import { Failure } from '../../domain/failure.ts';
import { quoteTable, type TableName, tableNameSchema } from '../../domain/manifest.ts';
import { countOf } from '../../domain/measures.ts';
import type { ExpectedLoss, RecoveryPlan } from '../../domain/recovery/plan.ts';
import { noPlan, type RecoveryRefusal } from '../../domain/recovery/recovery-refusal.ts';
import { type ForeignKey, foreignKeysOf, readForeignKey } from '../../domain/table-swap/constraints.ts';
import { namedTable } from '../../domain/table-swap/named-table.ts';
import { planSwap } from '../../domain/table-swap/plan-swap.ts';
import { swapNames } from '../../domain/table-swap/swap-names.ts';
import type { TableFacts } from '../../domain/table-swap/table-facts.ts';
import { shapeOf } from '../../domain/table-swap/table-swap.ts';
import { tablesNeeded } from '../../domain/table-swap/tables-needed.ts';
import { formatList } from '../../domain/wording.ts';
import type { Repository } from '../../ports/repository.ts';
import type { Target } from '../../ports/target.ts';
import type { OpenSet } from '../open-set.ts';
import { structureOfSet } from '../read-structure.ts';
import { everyRepository } from '../repository-named.ts';
import type { World } from '../world.ts';
import { openNearest } from './open-nearest.ts';
import { planRestore } from './plan-restore.ts';
import type { PlanWanted } from './scenario.ts';

/** What is asked for: a table as people type it, or as a plan has it. */
const wantedSchema = z.object({
  table: z.union([z.string(), tableNameSchema]),
  exchange: z.boolean().default(false),
});

/** What such a plan holds besides, and what is approved with it. */
export const tableDetailsSchema = z.object({
  table: tableNameSchema,
  /** Whether the recovered table takes the other's place at once; otherwise it stands beside until somebody says so. */
  exchange: z.boolean(),
  /** The statements of that, by a stand-in for the letters that are drawn later. */
  statements: z.array(z.string()),
  /** Tables whose rows are restored; null for all. */
  rowsOf: z.array(tableNameSchema).nullable(),
  /** Of the live table. */
  shape: z.string(),
});
export type TableDetails = z.infer<typeof tableDetailsSchema>;

const standIn = 'x';

/** Recovers one table beside the live one: on a scratch server first, so that the source sees nothing but the copy. */
export async function planTable(world: World, wanted: PlanWanted): Promise<RecoveryPlan | RecoveryRefusal> {
  const { source, signal } = wanted;
  const asked = wantedSchema.parse(wanted.details ?? {});
  const live = world.restorers?.get(source);
  if (!live)
    return noPlan(
      `Nobody is configured who may change ${source}.`,
      `Set sources.${source}.restore: { user, password }.`,
    );
  const { target: _, details: __, ...onScratch } = wanted;
  const plan = await planRestore(world, 'table', onScratch, () => [{ id: 'read', title: '' }]);
  if ('why' in plan || !plan.backup) return 'why' in plan ? plan : noPlan('There is no backup.', 'Take a full one.');

  const facts = await live.facts();
  if (facts.serverUuid !== plan.backup.serverUuid) {
    return noPlan(
      `${source} is another server than the one that was backed up.`,
      'Recover everything onto a target, and take the table from there.',
    );
  }
  const repositories = everyRepository(world);
  const principal = { principal: wanted.principal, purpose: 'recovery plan' };
  const { repository, set } = await openNearest(world, repositories, plan.backup.id, principal);
  const inventory = await live.inventory();
  const named =
    typeof asked.table === 'string'
      ? namedTable(asked.table, [...set.manifest.tables, ...onlyLive(inventory.tables, set.manifest.tables)])
      : ({ kind: 'found', table: asked.table } as const);
  if (named.kind === 'unclear')
    return noPlan(
      `${String(asked.table)} may be ${formatList(named.tables.map(quoteTable), 'or')}.`,
      'Write it as one of these.',
    );
  if (named.kind === 'unknown')
    return noPlan(
      `Neither ${source} nor the backup ${plan.backup.id} has a table ${String(asked.table)}.`,
      'Write it as SCHEMA.TABLE; show ID lists the tables of a backup.',
    );
  const table = { schema: named.table.schema, name: named.table.name };

  const there = await live.tables.describe(table);
  const keys = facts.binlog.format === 'ROW' ? await foreignKeysIn(repository, set, signal) : undefined;
  const ownKeys = there ? foreignKeysOf(there.createTable, table) : [];
  const rowsOf = keys ? tablesNeeded(table, [...keys, ...ownKeys]) : null;
  const exchange = await stepsNow(live, table, there);
  if ('why' in exchange) return exchange;

  const details: TableDetails = {
    table,
    exchange: asked.exchange,
    statements: asked.exchange ? exchange.map(({ forth }) => forth.sql) : [],
    rowsOf,
    shape: shapeOf(there),
  };
  const rows = rowsOf ? `the rows of ${countOf(rowsOf.length, 'table')}` : 'all rows';
  const steps = [
    { id: 'read', title: 'Read the backup and the binlogs whole, before anything is touched' },
    { id: 'examine', title: `Check the live table with CHECK TABLE` },
    {
      id: 'recover',
      title: `Restore all structure and ${rows} on a scratch server${plan.range ? ', roll them forward there' : ''}, check the table`,
    },
    { id: 'beside', title: `Copy the table beside the live one, build its indexes, compare the two` },
    ...(asked.exchange
      ? [
          {
            id: 'exchange',
            title: `Let it take the other's place (${countOf(exchange.length, 'statement')}); the old one is kept ${countOf(keepDays(world, source), 'day')}`,
          },
        ]
      : []),
  ];
  return {
    ...plan,
    subject: `${table.schema}.${table.name}`,
    loss: plan.loss && lossOf(plan.loss, table),
    target: {
      kind: 'source',
      name: source,
      serverUuid: facts.serverUuid,
      place: live.place,
      version: facts.version,
      replaces: [],
    },
    gtids: 'anew',
    binlog: true,
    steps: steps.map((step) => ({ ...step, seconds: null })),
    expectedSeconds: null,
    warnings: [
      ...warningsOf(plan, there, exchange.length, asked.exchange),
      ...(rowsOf
        ? []
        : [
            'Which rows it takes to roll one table forward cannot be told here (binlog_format, or a structure that cannot be read): all are restored',
          ]),
    ],
    details,
  };
}

/** Every foreign key that the backup has; undefined where its structure holds what cannot be named: then all rows are restored. */
async function foreignKeysIn(
  repository: Repository,
  { manifest, prefix, setKey }: OpenSet,
  signal: AbortSignal,
): Promise<ForeignKey[] | undefined> {
  const { id, parts, objects } = manifest;
  try {
    const structure = await structureOfSet(repository, { id, parts, objects, prefix, setKey }, signal);
    return structure.flatMap(({ kind, schema, name, lines }) =>
      kind === 'table' ? lines.flatMap((line) => readForeignKey(line.trim(), { schema, name }) ?? []) : [],
    );
  } catch (error) {
    if (error instanceof Failure && error.code === 'structure-unreadable') return undefined;
    throw error;
  }
}

/** How the exchange would go for the table as it is now, whose structure the recovered one mostly shares. */
async function stepsNow(live: Target, table: TableName, there: TableFacts | undefined) {
  if (!there) return [];
  const decision = planSwap({
    flavour: (await live.facts()).flavour,
    names: swapNames(table, standIn),
    live: there,
    recovered: there,
    taken: { foreignKeys: [], checks: [], triggers: [] },
  });
  return decision.kind === 'planned' ? decision.steps : noPlan(decision.why, decision.mend);
}

/** Whether the statements to come are those that were approved, whatever letters were drawn. */
export function sameStatements(approved: readonly string[], statements: readonly string[]): boolean {
  const plain = (each: readonly string[]) =>
    each.map((sql) => sql.replaceAll(/tidemark_[a-z0-9]+_/g, 'tidemark_')).join('\n');
  return plain(approved) === plain(statements);
}

export function keepDays({ keepTablesDays }: World, source: string): number {
  return keepTablesDays?.get(source) ?? 7;
}

/** Of what was committed later, only what was done to this table. */
function lossOf(loss: ExpectedLoss, { schema, name }: TableName): ExpectedLoss {
  return { ...loss, tables: loss.tables?.filter(({ table }) => table === `${schema}.${name}`) ?? null };
}

function warningsOf(plan: RecoveryPlan, there: TableFacts | undefined, steps: number, exchanges: boolean): string[] {
  const keysOut = there ? foreignKeysOf(there.createTable, there).length : 0;
  const hangs = there
    ? ([
        [there.foreignKeysIn.length, 'foreign key of another table', 'foreign keys of other tables'],
        [keysOut, 'foreign key of its own', 'foreign keys of its own'],
        [there.triggers.length, 'trigger', 'triggers'],
      ] as const)
    : [];
  const found = hangs.flatMap(([count, one, many]) => (count > 0 ? [countOf(count, one, many)] : []));
  return [
    ...plan.warnings.filter((warning) => !/new positions|Users and grants/.test(warning)),
    ...(there ? [] : ['The table is gone: the recovered one takes its name']),
    ...(found.length > 0
      ? [
          `${formatList(found)} hang on it: ${exchanges ? 'they are moved' : 'an exchange moves them'} by ${countOf(steps, 'statement')}, each of which can be turned back`,
        ]
      : []),
    ...(plan.wanted.kind === 'chain-end'
      ? ['No moment is named: what a statement did to the table comes back with it. Name one with --until or --before']
      : []),
    'The live table serves until the exchange; what is written to it after that moment is only in the old table then',
  ];
}

function onlyLive(live: readonly TableName[], known: readonly TableName[]): TableName[] {
  const there = new Set(known.map(quoteTable));
  return live.filter((table) => !there.has(quoteTable(table)));
}
