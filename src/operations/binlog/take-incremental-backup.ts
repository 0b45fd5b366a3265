import { type BackupKind, makeBackupId } from '../../domain/backup-id.ts';
import { recoverProgramKey, setObjects, setPrefix } from '../../domain/backup-set.ts';
import { type IncrementalFiles, incrementalFiles } from '../../domain/binlog/incremental-files.ts';
import { incrementalGuide } from '../../domain/binlog/incremental-guide.ts';
import { type CatalogEntry, catalogEntry, isReadable } from '../../domain/catalog.ts';
import { Failure } from '../../domain/failure.ts';
import { type Manifest, manifestSchema, noObjects } from '../../domain/manifest.ts';
import { sha256 } from '../../domain/sha256.ts';
import type { Source } from '../../ports/source.ts';
import { keepInPlain } from '../keep-in-plain.ts';
import { progressMeter } from '../progress-meter.ts';
import { randomSuffix } from '../random-suffix.ts';
import type { JobContext } from '../run-job.ts';
import type { World } from '../world.ts';
import { baseOf } from './keep-standing.ts';
import { knownChain } from './known-chain.ts';
import { listChain } from './list-chain.ts';
import { shipThrough } from './ship-through.ts';

/**
 * Closes the binlog file that the server writes, waits until everything before that is in the primary, and writes a manifest of the files
 * since the last backup. It holds no data of its own. Failures `binlog-gap` when no full backup leads into these binlogs, `binlog-behind`.
 */
export async function takeIncrementalBackup(world: World, source: Source, context: JobContext): Promise<Manifest> {
  const startedAt = world.clock.now();
  const id = makeBackupId('incremental', source.name, startedAt, randomSuffix());
  const { primary } = world.repositories;
  context.backupIs(id);
  const meter = progressMeter(context.progress);
  meter.step('preparing');
  if (goodBackups(world, source.name, 'full').length === 0) throw noBase(source.name);
  await primary.prepare();
  const closed = await closeFile(source);
  const { at } = await source.binlogs.position();

  meter.step('shipping');
  await shipThrough(world, source, at, context.signal);
  const { segments } = await listChain(world, primary, source.name, { signal: context.signal });
  const found = incrementalFiles({
    chain: knownChain(segments).chain(),
    bases: goodBackups(world, source.name, 'full').map(baseOf),
    earlier: goodBackups(world, source.name, 'incremental'),
    closed,
  });
  if (found.kind === 'no-base') throw noBase(source.name);
  if (found.kind === 'nothing-new') throw nothingNew(source.name);

  meter.step('committing');
  const manifest = await commit(world, source, { id, startedAt, found, closed, signal: context.signal });
  world.state.catalog.put(catalogEntry(manifest, [primary.name]));
  return manifest;
}

/** A server that does not let us close its file goes on writing to it: then the backup ends in the middle. */
async function closeFile(source: Source): Promise<boolean> {
  try {
    await source.binlogs.rotate();
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === 'source-missing-grant') return false;
    throw error;
  }
}

interface Taken {
  readonly id: string;
  readonly startedAt: Date;
  readonly found: Extract<IncrementalFiles, { kind: 'files' }>;
  readonly closed: boolean;
  readonly signal: AbortSignal;
}

/** The manifest last: it is what makes the rest a backup. */
async function commit(world: World, source: Source, taken: Taken): Promise<Manifest> {
  const { id, found, signal } = taken;
  const { primary } = world.repositories;
  const guide = incrementalGuide({ id, source: source.name, ...found.binlogs });
  const manifest = await describeBackup(world, source, taken, guide);
  const prefix = setPrefix(id) ?? '';
  const { setKey, keysObject } = await world.encryption.createSetKey(id);
  await primary.put(`${prefix}${setObjects.keys}`, keysObject, { ifAbsent: true, signal });
  await keepInPlain(primary, recoverProgramKey, world.recoverProgram);
  await primary.put(`${prefix}${setObjects.guide}`, Buffer.from(guide), { signal });
  const sealed = await setKey.encryptObject(setObjects.manifest, Buffer.from(JSON.stringify(manifest)));
  await primary.put(`${prefix}${setObjects.manifest}`, sealed, { ifAbsent: true, signal });
  return manifest;
}

async function describeBackup(
  world: World,
  source: Source,
  { id, startedAt, found, closed }: Taken,
  guide: string,
): Promise<Manifest> {
  const { serverUuid, flavour, version, characterSet, lowerCaseTableNames } = await source.facts();
  return manifestSchema.parse({
    formatVersion: 1,
    id,
    kind: 'incremental',
    method: 'binlog',
    source: { name: source.name, serverUuid, flavour, version, characterSet, lowerCaseTableNames },
    startedAt: startedAt.toISOString(),
    snapshotAt: found.throughAt.toISOString(),
    finishedAt: world.clock.now().toISOString(),
    tools: { tidemark: world.version, node: process.version },
    flags: [],
    position: found.position,
    lock: { method: 'none', heldMilliseconds: 0, ddlGuard: 'none' },
    // Binlogs have everything, whatever of it the full backups take.
    scope: { allSchemas: true, schemas: [], accounts: true },
    tables: [],
    objects: noObjects,
    parts: [],
    binlogs: found.binlogs,
    plain: { recoverProgram: sha256(world.recoverProgram), guide: sha256(Buffer.from(guide)) },
    warnings: closed ? [] : ['The server’s binlog file was not closed: that takes RELOAD.'],
  } satisfies Manifest);
}

/** Newest first. */
function goodBackups(world: World, source: string, kind: BackupKind): CatalogEntry[] {
  const listed = world.state.catalog.list({ source, kind });
  return listed.filter((entry) => isReadable(entry) && entry.verified?.verdict !== 'bad');
}

function noBase(source: string): Failure {
  return new Failure('binlog-gap', `No full backup of ${source} leads into its binlogs.`, {
    hint: `Take a full backup first: backup full ${source}. Incremental ones go on from there.`,
  });
}

function nothingNew(source: string): Failure {
  return new Failure('binlog-behind', `No binlog file of ${source} was closed since the last backup.`, {
    hint: 'Run it again. If that goes on, look at tidemark status.',
  });
}
