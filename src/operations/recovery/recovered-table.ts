import { Failure, toFailure } from '../../domain/failure.ts';
import { quoteTable, restoredBytes, type TableName } from '../../domain/manifest.ts';
import { scheduler } from '../../domain/principal.ts';
import type { ScratchServer } from '../../ports/scratch.ts';
import type { OpenSet } from '../open-set.ts';
import { everyRepository } from '../repository-named.ts';
import { passingJournal } from '../restore-journal.ts';
import { wantedBy } from '../restore-request.ts';
import { restoreSet } from '../restore-set.ts';
import { openNearest } from './open-nearest.ts';
import type { TableDetails } from './plan-table.ts';
import { replayBinlogs } from './replay-binlogs.ts';
import type { RecoveryRun } from './scenario.ts';

/** Scratch servers on which a table stands recovered, by the recovery's id. They end with this process. */
const standing = new Map<string, ScratchServer>();

/** Noted in the recovery's journal once few tables did not do. */
const needsAll = 'needs-all-rows';

/**
 * The scratch server that holds the table as it was; made when there is none, as after a crash. First with the rows of few tables; where the
 * binlogs turn out to need others, with all of them.
 */
export async function recoveredTable(run: RecoveryRun, details: TableDetails): Promise<ScratchServer> {
  const there = standing.get(run.id);
  if (there && !there.gaveUp.aborted) return there;
  await closeRecoveredTable(run.id);
  const { rowsOf } = details;
  if (rowsOf === null || run.journal.recall(needsAll) === true) return recover(run, details.table, undefined);
  try {
    return await recover(run, details.table, rowsOf);
  } catch (error) {
    run.signal.throwIfAborted();
    const { code, message } = toFailure(error);
    if (code !== 'restore-failed' || !run.plan.range) throw error;
    run.world.log.warn(
      { recovery: run.id, message },
      'Few tables could not be rolled forward by themselves; restoring all of them.',
    );
    run.journal.remember(needsAll, true);
    run.note('The binlogs needed rows of other tables: all of them were restored on the scratch server.');
    return recover(run, details.table, undefined);
  }
}

/** Ends it, if one stands. */
export async function closeRecoveredTable(id: string): Promise<void> {
  const server = standing.get(id);
  standing.delete(id);
  await server?.destroy();
}

async function recover(
  run: RecoveryRun,
  table: TableName,
  rowsOf: readonly TableName[] | undefined,
): Promise<ScratchServer> {
  const { world, plan, id } = run;
  const repositories = everyRepository(world);
  const asked = { principal: scheduler, purpose: 'recovery' };
  const { set } = await openNearest(world, repositories, plan.backup?.id ?? '', asked);
  if (!world.scratch)
    throw new Failure('configuration', 'No scratch server is configured.', { hint: 'Set scratch.serverDir.' });
  const wanted = { tables: set.manifest.tables.filter(wantedBy(rowsOf ? { tables: rowsOf } : {})) };
  const server = await world.scratch.start({
    ...set.manifest.source,
    expectedBytes: restoredBytes(wanted),
    signal: run.signal,
  });
  standing.set(id, server);
  try {
    await fill(run, server, set, rowsOf);
    await checkThere(server, table, run.signal);
    return server;
  } catch (error) {
    await closeRecoveredTable(id);
    throw server.gaveUp.aborted && !run.signal.aborted ? server.gaveUp.reason : error;
  }
}

async function fill(
  run: RecoveryRun,
  { target, gaveUp, name }: ScratchServer,
  set: OpenSet,
  rowsOf: readonly TableName[] | undefined,
): Promise<void> {
  const { world, plan } = run;
  const repositories = everyRepository(world);
  const signal = AbortSignal.any([run.signal, gaveUp]);
  const total = set.manifest.parts.reduce((sum, part) => sum + part.storedBytes, 0);
  let bytes = 0;
  const restored = await restoreSet({
    ...{ set, repositories, target, signal },
    owner: `table-${name}`,
    journal: passingJournal(),
    ...(rowsOf && { tables: rowsOf }),
    parallel: world.backups.readers,
    accounts: set.manifest.scope.accounts,
    inventDefiners: !set.manifest.scope.accounts,
    binlog: false,
    crashPoint: world.crashPoint,
    onRead(read) {
      bytes += read;
      run.progress({ bytes, total });
    },
    onPart: () => {},
  });
  if (restored.kind === 'part-refused') throw restored.failure;
  if (!plan.range) return;
  // Rows of other tables that are not there are passed over; MariaDB's client has no flag for that.
  if (rowsOf && set.manifest.source.flavour === 'mariadb') {
    await target.tables.run({ sql: "SET GLOBAL slave_exec_mode = 'IDEMPOTENT'" });
  }
  await replayBinlogs(world, {
    ...{ source: plan.source, range: plan.range, repositories, target, signal },
    owner: `table-${name}`,
    gtids: 'anew',
    binlog: false,
    idempotent: rowsOf !== undefined,
    onLaidOut: (done, all) => run.progress({ bytes: done, total: all }),
  });
}

async function checkThere({ target }: ScratchServer, table: TableName, signal: AbortSignal): Promise<void> {
  if (!(await target.tables.describe(table))) {
    throw new Failure('backup-missing', `There was no table ${quoteTable(table)} at that moment.`, {
      hint: 'Give this recovery up and ask for an earlier moment.',
    });
  }
  const [wrong] = await target.tables.check(table, signal);
  if (wrong === undefined) return;
  throw new Failure('integrity', `CHECK TABLE says of the recovered ${quoteTable(table)}: ${wrong}`, {
    hint: 'Give this recovery up and ask for one from another backup.',
  });
}
