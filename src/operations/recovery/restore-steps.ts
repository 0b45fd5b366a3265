import { rangeBytes } from '../../domain/binlog/binlog-range.ts';
import { compareRestored } from '../../domain/compare-restored.ts';
import { Failure } from '../../domain/failure.ts';
import { quoteTable, type TableName } from '../../domain/manifest.ts';
import { countOf } from '../../domain/measures.ts';
import { scheduler } from '../../domain/principal.ts';
import type { Target } from '../../ports/target.ts';
import type { OpenSet } from '../open-set.ts';
import { everyRepository } from '../repository-named.ts';
import { notedJournal } from '../restore-journal.ts';
import { restoreSet } from '../restore-set.ts';
import { startBackup } from '../start-backup.ts';
import { openNearest } from './open-nearest.ts';
import { readEverything } from './read-everything.ts';
import { replayBinlogs } from './replay-binlogs.ts';
import type { RecoveryRun } from './scenario.ts';
import { sourceChains } from './source-chains.ts';
import { scratchFor } from './standing-scratch.ts';

/** Reads all that is needed, whole, so that nothing is touched for a backup that cannot be read to its end. */
export async function readStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal } = run;
  const repositories = everyRepository(world);
  const set = await setOf(run);
  const chains = await sourceChains(world, repositories, plan.source, signal);
  const total =
    set.manifest.parts.reduce((sum, part) => sum + part.storedBytes, 0) + (plan.range ? rangeBytes(plan.range) : 0);
  let bytes = 0;
  await readEverything({
    repositories,
    set,
    range: plan.range,
    chains,
    signal,
    onRead(read) {
      bytes += read;
      run.progress({ bytes, total });
    },
  });
}

/** Removes what was approved to be replaced, and nothing else. */
export async function clearStep(run: RecoveryRun): Promise<void> {
  const { plan } = run;
  const target = await targetOf(run);
  await target.holdEvents();
  await target.dropSchemas(plan.target.replaces, { binlog: plan.binlog });
}

/** Goes on where it was when it was cut off, by a journal of its own. */
export async function restoreStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal, id } = run;
  const set = await setOf(run);
  const target = await targetOf(run, set);
  if (plan.target.kind !== 'scratch') await target.holdEvents();
  const total = set.manifest.parts.reduce((sum, part) => sum + part.storedBytes, 0);
  let bytes = 0;
  const restored = await restoreSet({
    set,
    repositories: everyRepository(world),
    target,
    owner: id,
    journal: setJournal(run),
    parallel: world.backups.readers,
    accounts: set.manifest.scope.accounts,
    inventDefiners: plan.target.kind === 'scratch' && !set.manifest.scope.accounts,
    binlog: plan.binlog,
    signal,
    crashPoint: world.crashPoint,
    onRead(read) {
      bytes += read;
      run.progress({ bytes, total });
    },
    onPart: () => {},
    onInserts: ({ name }, why) => world.log.info({ part: name, why }, 'The rows of a part are loaded by their INSERTs'),
  });
  if (restored.kind === 'part-refused') throw restored.failure;
  run.eventsToEnable(restored.eventsToEnable);
  if (plan.gtids === 'kept') await target.adoptHistory(plan.backup?.position.gtidSet ?? '');
}

/**
 * One session from the backup's position to the planned end. When it was cut off it goes on where transactions keep their GTIDs, for those that
 * ran are passed over; otherwise rows would come in twice, so it begins again from the backup.
 */
export async function replayStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal, journal, id } = run;
  if (!plan.range) return;
  const begun = journal.recall('replay-begun') === true;
  if (begun && plan.gtids === 'anew') {
    run.note('The replay was cut off: everything began again from the backup.');
    await beginAgain(run);
  }
  const target = await targetOf(run);
  await target.endOrphans(id);
  journal.remember('replay-begun', true);
  await replayBinlogs(world, {
    source: plan.source,
    range: plan.range,
    repositories: everyRepository(world),
    target,
    owner: id,
    gtids: plan.gtids,
    binlog: plan.binlog,
    signal,
    onLaidOut: (bytes, total) => run.progress({ bytes, total }),
  });
  world.crashPoint('recovery-replayed');
}

/** The order: what is there goes first, then the memory of having restored it. A crash in between finds an empty server and a journal that says so. */
async function beginAgain(run: RecoveryRun): Promise<void> {
  const { plan, id } = run;
  const target = await targetOf(run);
  await target.endOrphans(id);
  const { schemas } = await target.inventory();
  setJournal(run).forget();
  await target.dropSchemas(schemas, { binlog: plan.binlog });
  await restoreStep(run);
}

/** What can be said of the result without knowing the data. */
export async function checkStep(run: RecoveryRun): Promise<void> {
  const { plan, signal } = run;
  const { manifest } = await setOf(run);
  const target = await targetOf(run);
  const inventory = await target.inventory();
  const there = new Set(inventory.tables.map(quoteTable));
  const tables = plan.range ? inventory.tables : manifest.tables.filter((table) => there.has(quoteTable(table)));
  const counts = await target.countRows(tables, signal);
  const total = counts.reduce((sum, count) => sum + count, 0);
  run.note(`${countOf(tables.length, 'table')} read to the end, ${countOf(total, 'row')}.`);
  if (!plan.range) {
    const rows = tables.map((table, index) => ({ ...table, rows: counts[index] ?? 0 }));
    // A target has accounts of its own, too.
    const accounts =
      plan.target.kind === 'scratch' && manifest.scope.accounts
        ? await target.countAccounts()
        : manifest.objects.accounts;
    const [different] = compareRestored(
      { ...manifest, tables: manifest.tables.map(withoutChecksum) },
      { inventory, rows, accounts, checksums: [] },
    );
    if (different) {
      throw new Failure('restore-failed', `What was restored is not what was backed up: ${different.detail}`, {
        hint: 'Look at the target; give this recovery up and begin anew from another backup.',
      });
    }
  }
  if (plan.target.kind !== 'scratch') run.eventsToEnable(await target.enabledEvents());
}

function withoutChecksum<Table extends { checksum?: string | undefined }>({ checksum: _, ...table }: Table) {
  return table;
}

/** The first link of the new server's own chain, where it is backed up under some name already. */
export async function takeFullStep(run: RecoveryRun): Promise<void> {
  const { world, plan, signal } = run;
  for (const source of world.sources.values()) {
    const facts = await source.facts().catch(() => undefined);
    if (facts?.serverUuid !== plan.target.serverUuid) continue;
    const started = startBackup(world, {
      principal: scheduler,
      kind: 'full',
      source: source.name,
      trigger: 'request',
      signal,
    });
    if (started.kind === 'refused') {
      run.note(`A full backup of ${source.name} is running already.`);
      return;
    }
    const outcome = await started.done;
    if (outcome.kind === 'succeeded') run.note(`A new full backup was taken: ${outcome.backupId}.`);
    else run.note(`The new full backup of ${source.name} did not succeed: take one before anything else.`);
    return;
  }
  run.note(
    `No source is at ${plan.target.place} yet: point ${plan.source} there in the configuration, then take a full backup.`,
  );
}

function setJournal({ world, id }: RecoveryRun) {
  return notedJournal(world.state.notes, `${id}:set`);
}

/** The backup of a plan, from the nearest repository that has it. */
export async function setOf({ world, plan }: RecoveryRun): Promise<OpenSet> {
  const asked = { principal: scheduler, purpose: 'recovery' };
  return (await openNearest(world, everyRepository(world), plan.backup?.id ?? '', asked)).set;
}

/** The server of a plan; fails where it is another one by now. */
export async function targetOf(run: RecoveryRun, set?: OpenSet): Promise<Target> {
  const { world, plan, id, signal } = run;
  if (plan.target.kind !== 'scratch') {
    const target = world.targets?.get(plan.target.name);
    if (target && (await target.facts()).serverUuid === plan.target.serverUuid) return target;
    throw new Failure('restore-failed', `${plan.target.name} is not the server that was approved.`, {
      hint: 'Give this recovery up, and request one to the server that is there now.',
    });
  }
  const manifest = async () => (set ?? (await setOf(run))).manifest;
  return (await scratchFor(world, id, manifest, signal)).target;
}

/** Events of a target that its own binlogs brought in, or that came in disabled: each once. */
export function unitedEvents(known: readonly TableName[], more: readonly TableName[]): TableName[] {
  const seen = new Set(known.map(quoteTable));
  return [...known, ...more.filter((event) => !seen.has(quoteTable(event)))];
}
