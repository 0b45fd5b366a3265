import { Failure } from '../../../domain/failure.ts';
import { quoteTable } from '../../../domain/manifest.ts';
import { comparisonLines } from '../../../domain/table-swap/table-comparison.ts';
import { strandedWords } from '../../../domain/table-swap/table-swap.ts';
import { formatList } from '../../../domain/wording.ts';
import type { Target } from '../../../ports/target.ts';
import { exchangeTables } from '../../table-swap/exchange-tables.ts';
import { standBeside } from '../../table-swap/stand-beside.ts';
import { findSwap } from '../../table-swap/stored-swaps.ts';
import { keepDays, planTable, sameStatements, type TableDetails, tableDetailsSchema } from '../plan-table.ts';
import { closeRecoveredTable, recoveredTable } from '../recovered-table.ts';
import { readStep } from '../restore-steps.ts';
import type { RecoveryRun, Scenario } from '../scenario.ts';

const dayMilliseconds = 24 * 3_600_000;

/** One table as it was, put beside the live one, and in its place when somebody says so. */
export const table: Scenario = {
  name: 'table',
  plan: planTable,
  steps: { read: readStep, examine: examineStep, recover: recoverStep, beside: besideStep, exchange: exchangeStep },
  close: ({ id }) => closeRecoveredTable(id),
};

/** What is wrong with it is good to know, and changes nothing. */
async function examineStep(run: RecoveryRun): Promise<void> {
  const { tables } = await liveServer(run);
  const { table: name } = detailsOf(run);
  if (!(await tables.describe(name))) return run.note(`${quoteTable(name)} is gone.`);
  const wrong = await tables.check(name, run.signal);
  run.note(
    wrong.length === 0
      ? 'CHECK TABLE finds nothing wrong with the live table.'
      : `CHECK TABLE says of the live table: ${wrong.slice(0, 3).join(' ')}`,
  );
}

async function recoverStep(run: RecoveryRun): Promise<void> {
  await recoveredTable(run, detailsOf(run));
}

/** When this process is not the one that has recovered it, that is done again: a scratch server ends with its process. */
async function besideStep(run: RecoveryRun): Promise<void> {
  const { world, plan, id } = run;
  const details = detailsOf(run);
  const scratch = await recoveredTable(run, details);
  try {
    const beside = await standBeside(world, {
      ...{ id, source: plan.source, table: details.table, owner: id },
      requestedBy: world.state.recoveries.get(id)?.requested.by ?? '',
      from: scratch.target,
      to: await liveServer(run),
      keepMilliseconds: keepDays(world, plan.source) * dayMilliseconds,
      signal: AbortSignal.any([run.signal, scratch.gaveUp]),
      onStep: (step) => run.progress({ note: step }),
    });
    if (beside.kind === 'refused') throw new Failure('restore-failed', beside.why, { hint: beside.mend });
    const { comparison, stranded, copy } = beside.swap;
    run.note(`The recovered table stands beside the live one as ${quoteTable(copy)}.`);
    for (const line of comparisonLines(comparison)) run.note(line);
    if (stranded.length > 0) run.note(`Rows that would refer to nothing: ${formatList(stranded.map(strandedWords))}.`);
  } finally {
    await closeRecoveredTable(id);
  }
}

/** Only what was approved: where the steps have come out otherwise, the table stands beside and somebody looks at it. */
async function exchangeStep(run: RecoveryRun): Promise<void> {
  const { world, plan, id, signal } = run;
  const swap = findSwap(world, id);
  if (!swap)
    throw new Failure('restore-failed', 'The recovered table is gone.', {
      hint: 'Give this recovery up, and ask for another.',
    });
  if (swap.phase === 'exchanged') return;
  if (swap.phase === 'beside') {
    const statements = swap.steps.map(({ forth }) => forth.sql);
    const { statements: approved } = detailsOf(run);
    const hint = `It was not exchanged: look at it, then tables exchange ${id}`;
    if (swap.hadLive && !sameStatements(approved, statements))
      return run.note(`The structure of the recovered table is another than that of the live one. ${hint}`);
    if (swap.comparison.kind === 'not-compared' || swap.stranded.length > 0) return run.note(hint);
  }
  const exchanged = await exchangeTables(world, swap, {
    target: await liveServer(run),
    keepMilliseconds: keepDays(world, plan.source) * dayMilliseconds,
    signal,
    onStep: (title) => run.progress({ note: title }),
  });
  if (exchanged.kind === 'refused') throw new Failure('restore-failed', exchanged.why, { hint: exchanged.mend });
  run.note(
    `The recovered table serves. The old one is kept as ${quoteTable(swap.old)} until ${exchanged.swap.keepUntil.slice(0, 10)}; tables undo ${id} turns it back.`,
  );
}

function detailsOf({ plan }: RecoveryRun): TableDetails {
  return tableDetailsSchema.parse(plan.details);
}

async function liveServer({ world, plan }: RecoveryRun): Promise<Target> {
  const live = world.restorers?.get(plan.source);
  if (live && (await live.facts()).serverUuid === plan.target.serverUuid) return live;
  throw new Failure('restore-failed', `${plan.source} is not the server that was approved.`, {
    hint: 'Give this recovery up, and ask for another.',
  });
}
