import { makeBackupId } from '../domain/backup-id.ts';
import { recoverProgramKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import { catalogEntry } from '../domain/catalog.ts';
import { Failure } from '../domain/failure.ts';
import { type Manifest, manifestSchema, type TableChecksum } from '../domain/manifest.ts';
import {
  describeParts,
  objectCounts,
  type PartRowCounts,
  type StoredPart,
  tableRows,
} from '../domain/manifest-parts.ts';
import { recoverGuide } from '../domain/recover-guide.ts';
import type { KeptChanges } from '../domain/schema-diff/schema-change.ts';
import { sha256 } from '../domain/sha256.ts';
import type { Dump, Source } from '../ports/source.ts';
import { adoptSets } from './adopt-sets.ts';
import { awaitTurn } from './await-turn.ts';
import { changesSinceLast } from './changes-since-last.ts';
import { keepInPlain } from './keep-in-plain.ts';
import { isAbandoned } from './pick-up-after-crash.ts';
import { progressMeter } from './progress-meter.ts';
import { randomSuffix } from './random-suffix.ts';
import type { JobContext } from './run-job.ts';
import type { SetWriter } from './store-part.ts';
import { storeParts } from './store-parts.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import type { World } from './world.ts';

/** Everything: one consistent snapshot of rows and structure. */
export function takeFullBackup(world: World, source: Source, context: JobContext): Promise<Manifest> {
  return takeDumpedBackup(world, source, context, 'full');
}

/** The structure of every kind of object, without rows and without accounts, and what changed in it since the last one. */
export function takeSchemaBackup(world: World, source: Source, context: JobContext): Promise<Manifest> {
  return takeDumpedBackup(world, source, context, 'schema');
}

/**
 * Dumps into the primary repository: keys, parts, guide, and the manifest last. A crash before that leaves leftovers that the next run
 * sweeps; from then on the backup is listed.
 */
async function takeDumpedBackup(
  world: World,
  source: Source,
  context: JobContext,
  kind: DumpedKind,
): Promise<Manifest> {
  const meter = progressMeter(context.progress);
  meter.step('preparing');
  await awaitTurn(world, context.job, { signal: context.signal, onWaiting: meter.note });
  const startedAt = world.clock.now();
  const id = makeBackupId(kind, source.name, startedAt, randomSuffix());
  const { primary } = world.repositories;
  context.backupIs(id);
  world.crashPoint('backup-job-started');

  await primary.prepare();
  await refuseFullDisk(world, source, kind);
  await source.endOrphans((run) => isAbandoned(world, run));
  await adoptSets(world, primary, source.name);
  await sweepLeftovers(world, primary, source.name, context.job.id);

  // Before anything waits for it: a key service that is away costs no lock.
  const { setKey, keysObject } = await world.encryption.createSetKey(id);

  meter.step('locking');
  const dump = await source.startDump({
    run: id,
    contents: kind === 'schema' ? 'structure' : 'everything',
    maximumParts: world.backups.processes,
    readers: world.backups.readers,
    signal: context.signal,
    crashPoint: world.crashPoint,
    onWaitingDdl: ({ statement, seconds }) => meter.note(`DDL has waited ${seconds} s for this backup: ${statement}`),
  });
  const prefix = setPrefix(id) ?? '';
  let manifest: Manifest;
  try {
    const signal = AbortSignal.any([context.signal, dump.gaveWay]);
    const writer: SetWriter = { repository: primary, prefix, setKey, signal };
    await primary.put(`${prefix}${setObjects.keys}`, keysObject, { ifAbsent: true, signal });
    const checksums = kind === 'full' && world.backups.checksums;
    const counting = Promise.all([dump.countRows(), checksums ? dump.checksumTables() : []]);
    counting.catch(() => {});
    const stored = await storeParts(writer, dump, {
      ...world.backups,
      meter,
      crashPoint: world.crashPoint,
      clock: world.clock,
    });
    const [counts, sums] = await counting;
    world.crashPoint('backup-parts-stored');
    await dump.close();

    meter.step('committing');
    manifest = await commit(world, writer, { id, kind, source, startedAt, dump, stored, counts, checksums: sums });
  } catch (error) {
    await dump.close();
    await removeSet(world, prefix);
    throw error;
  }
  // The manifest made it a backup. Whatever happens before it is listed, the next start or backup lists it.
  world.crashPoint('backup-manifest-stored');
  world.state.catalog.put(catalogEntry(manifest, [primary.name]));
  world.crashPoint('backup-catalogued');
  return manifest;
}

type DumpedKind = 'full' | 'schema';

interface Taken {
  readonly id: string;
  readonly kind: DumpedKind;
  readonly source: Source;
  readonly startedAt: Date;
  readonly dump: Dump;
  readonly stored: readonly StoredPart[];
  readonly counts: readonly PartRowCounts[];
  readonly checksums: readonly TableChecksum[];
}

/** What lies in plain first, the manifest last: it is what makes the rest a backup. */
async function commit(
  world: World,
  { repository, prefix, setKey, signal }: SetWriter,
  taken: Taken,
): Promise<Manifest> {
  const parts = describeParts(taken.dump.layout, taken.stored, taken.counts, taken.dump.inventory);
  const keys = world.encryption.keys().filter(({ encrypts }) => encrypts);
  const { inventory } = taken.dump;
  const structure = { id: taken.id, source: taken.source.name, inventory, prefix, setKey, parts };
  const changes = taken.kind === 'schema' ? await changesSinceLast(world, { repository, signal }, structure) : {};
  const guide = recoverGuide({ id: taken.id, server: taken.dump.server, parts, keys });
  const manifest = describeBackup(world, taken, { parts, guide, ...changes });
  await keepInPlain(repository, recoverProgramKey, world.recoverProgram);
  await repository.put(`${prefix}${setObjects.guide}`, Buffer.from(guide), { signal });
  const sealed = await setKey.encryptObject(setObjects.manifest, Buffer.from(JSON.stringify(manifest)));
  await repository.put(`${prefix}${setObjects.manifest}`, sealed, { ifAbsent: true, signal });
  return manifest;
}

interface Described {
  readonly parts: Manifest['parts'];
  readonly guide: string;
  readonly schemaChanges?: KeptChanges;
  readonly warning?: string;
}

function describeBackup(world: World, taken: Taken, { parts, guide, schemaChanges, warning }: Described): Manifest {
  const { dump, source } = taken;
  const { serverUuid, flavour, version, characterSet, lowerCaseTableNames } = dump.server;
  return manifestSchema.parse({
    formatVersion: 1,
    id: taken.id,
    kind: taken.kind,
    method: 'mysqldump',
    source: { name: source.name, serverUuid, flavour, version, characterSet, lowerCaseTableNames },
    startedAt: taken.startedAt.toISOString(),
    snapshotAt: dump.snapshotAt.toISOString(),
    finishedAt: world.clock.now().toISOString(),
    tools: { ...dump.tools, tidemark: world.version, node: process.version },
    flags: [...dump.flags],
    position: dump.position,
    lock: dump.lock,
    scope: {
      allSchemas: source.scope.schemas === undefined,
      schemas: [...dump.inventory.schemas],
      accounts: source.scope.accounts && taken.kind === 'full',
    },
    tables: tableRows(dump.inventory, dump.layout, taken.counts, taken.checksums),
    objects: objectCounts(dump.inventory, dump.accounts, dump.brokenViews),
    parts,
    ...(schemaChanges && { schemaChanges }),
    plain: { recoverProgram: sha256(world.recoverProgram), guide: sha256(Buffer.from(guide)) },
    warnings: [...dump.warnings, ...(warning === undefined ? [] : [warning])],
  } satisfies Manifest);
}

/** Refuses before the first byte when what the last backup took would not fit now. */
async function refuseFullDisk(world: World, source: Source, kind: DumpedKind): Promise<void> {
  const { primary } = world.repositories;
  const free = await primary.freeBytes();
  const [last] = world.state.catalog.list({ source: source.name, kind, limit: 1 });
  if (free === undefined || !last || free >= last.storedBytes) return;
  throw new Failure(
    'disk-full',
    `${primary.location} has ${free} bytes free; the last ${kind} backup took ${last.storedBytes}.`,
    {
      hint: 'Free space there, then run the backup again.',
    },
  );
}

/** A backup that did not come about leaves nothing; what cannot be removed now is swept by the next run. */
async function removeSet(world: World, prefix: string): Promise<void> {
  const { primary } = world.repositories;
  try {
    // First, lest a crash here leave a manifest without what it names.
    await primary.remove(`${prefix}${setObjects.manifest}`);
    await primary.sweepUnfinished(prefix);
    for await (const object of primary.list(prefix)) await primary.remove(object.key);
  } catch (error) {
    world.log.warn({ prefix, error: String(error) }, 'leftovers of a failed backup stay until the next run');
  }
}
