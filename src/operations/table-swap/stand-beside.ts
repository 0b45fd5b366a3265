import { Failure } from '../../domain/failure.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import type { CopyStructure } from '../../domain/table-swap/copy-structure.ts';
import { planSwap } from '../../domain/table-swap/plan-swap.ts';
import { freeSwapNames, markOf, type SwapNames, swapNames } from '../../domain/table-swap/swap-names.ts';
import type { TableComparison } from '../../domain/table-swap/table-comparison.ts';
import type { TableFacts } from '../../domain/table-swap/table-facts.ts';
import { type StrandedRows, shapeOf, type TableSwap } from '../../domain/table-swap/table-swap.ts';
import type { Target } from '../../ports/target.ts';
import { randomSuffix } from '../random-suffix.ts';
import type { World } from '../world.ts';
import { copyTable } from './copy-table.ts';
import { findSwap, keepSwap } from './stored-swaps.ts';

export interface BesideRequest {
  /** The recovery's. */
  readonly id: string;
  readonly source: string;
  readonly requestedBy: string;
  readonly table: TableName;
  /** Where it was recovered. */
  readonly from: Target;
  /** The live server, as whoever may change it. */
  readonly to: Target;
  readonly owner: string;
  readonly keepMilliseconds: number;
  readonly signal: AbortSignal;
  readonly onStep?: (step: 'copying' | 'comparing', rows?: number) => void;
}

export type Beside =
  | { readonly kind: 'beside'; readonly swap: TableSwap }
  | { readonly kind: 'refused'; readonly why: string; readonly mend: string };

/**
 * Puts a recovered table beside the live one and says how they differ, and by which steps it would take the other's place. Nothing that
 * serves is touched. A crash leaves a table that nobody uses, noted before it was made: doing it again begins it anew, or the schedule drops it.
 */
export async function standBeside(world: World, request: BesideRequest): Promise<Beside> {
  const { id, source, requestedBy, table, from, to, signal, onStep = () => {} } = request;
  const recovered = await from.tables.describe(table);
  if (!recovered) return gone(table);
  const live = await to.tables.describe(table);
  const { flavour } = await to.facts();
  const names = await chooseNames(world, request);
  const decision = planSwap({
    flavour,
    names,
    live,
    recovered,
    taken: await to.tables.taken(table.schema, [table, names.copy]),
  });
  if (decision.kind === 'refused') return decision;
  const copying: TableSwap = {
    ...{ id, source, requestedBy, table, copy: names.copy, old: names.old },
    hadLive: live !== undefined,
    phase: 'copying',
    steps: [...decision.steps],
    progress: { direction: 'forth', done: 0 },
    comparison: { kind: 'not-compared', why: 'the recovered table is not whole yet.' },
    stranded: [],
    recovered: { checksum: '', rows: 0 },
    shape: shapeOf(live),
    place: null,
    exchangedAt: null,
    keepUntil: new Date(world.clock.now().getTime() + request.keepMilliseconds).toISOString(),
  };
  keepSwap(world, copying);
  onStep('copying');
  const copied = await copyTable({
    ...request,
    copy: names.copy,
    structure: decision.structure,
    live: live?.createTable,
  });
  world.crashPoint('table-copied');
  onStep('comparing');
  const comparison = await compare(request, names, live, copied.rows);
  const stranded = await findStranded(to, names, live, decision.structure);
  signal.throwIfAborted();
  const swap: TableSwap = { ...copying, phase: 'beside', comparison, stranded, recovered: copied };
  keepSwap(world, swap);
  return { kind: 'beside', swap };
}

/** Those of an earlier attempt, so that what it left is made anew and not left behind. */
async function chooseNames(world: World, { id, table, to }: BesideRequest): Promise<SwapNames> {
  const earlier = findSwap(world, id);
  const mark = earlier && markOf(earlier.copy.name);
  if (mark !== undefined) return swapNames(table, mark);
  return freeSwapNames(table, await to.tables.namesIn(table.schema), randomSuffix);
}

async function compare(
  { to, signal, onStep = () => {} }: BesideRequest,
  { copy }: SwapNames,
  live: TableFacts | undefined,
  rows: number,
): Promise<TableComparison> {
  if (!live) return { kind: 'nothing-there', recovered: rows };
  const beside = await to.tables.describe(copy);
  if (!beside) {
    throw new Failure('restore-failed', `${quoteTable(copy)} is gone again.`, { hint: 'Recover the table again.' });
  }
  return to.tables.compare(beside, live, { signal, onRows: (count) => onStep('comparing', count) });
}

/** Rows of other tables that refer to it, and its own that refer to others, for which nothing will be there. */
async function findStranded(
  { tables }: Target,
  { copy }: SwapNames,
  live: TableFacts | undefined,
  structure: CopyStructure,
): Promise<StrandedRows[]> {
  const keys = [
    ...(live?.foreignKeysIn ?? []).map((key) => ({ asked: { ...key, parent: copy }, key })),
    ...structure.foreignKeys.map(({ beside, serving }) => ({ asked: beside, key: serving })),
  ];
  const found: StrandedRows[] = [];
  for (const { asked, key } of keys) {
    const rows = await tables.countStranded(asked);
    if (rows > 0) found.push({ constraint: key.name, child: key.child, rows });
  }
  return found;
}

function gone(table: TableName): Beside {
  return {
    kind: 'refused',
    why: `There was no table ${quoteTable(table)} at that moment.`,
    mend: 'Recover it as of an earlier moment, before it was dropped.',
  };
}
