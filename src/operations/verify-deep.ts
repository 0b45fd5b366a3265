import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import type { BackupId } from '../domain/backup-id.ts';
import { canary } from '../domain/canary.ts';
import type { ValidationReport } from '../domain/checklist/checklist.ts';
import { compareRestored, type RestoredFacts } from '../domain/compare-restored.ts';
import { Failure } from '../domain/failure.ts';
import { type Manifest, manifestBytes, manifestRows, quoteTable, restoredBytes } from '../domain/manifest.ts';
import { countOf } from '../domain/measures.ts';
import { noValidation } from '../domain/validation/validation.ts';
import type { Finding, Verification } from '../domain/verification.ts';
import type { Repository } from '../ports/repository.ts';
import type { Scratch, ScratchServer } from '../ports/scratch.ts';
import type { Target } from '../ports/target.ts';
import { keepFact } from './facts.ts';
import type { OpenSet } from './open-set.ts';
import { openNearest } from './recovery/open-nearest.ts';
import { passingJournal } from './restore-journal.ts';
import type { PartRefused } from './restore-part.ts';
import { restoreSet } from './restore-set.ts';
import { validate } from './validation/validate.ts';
import type { VerifySet } from './verify-set.ts';
import type { World } from './world.ts';

export interface VerifyDeep extends Pick<VerifySet, 'principal' | 'signal' | 'onOpened' | 'onPart' | 'onRead'> {
  readonly onComparing: () => void;
}

/**
 * Proves a backup the only way there is: restores it onto a scratch server, compares what is there with what was backed up, and
 * destroys the server. The result is kept as a fact beside the set. Failure `configuration` when scratch servers are not configured.
 */
export async function verifyDeep(
  world: World,
  repositories: readonly Repository[],
  id: BackupId,
  request: VerifyDeep,
): Promise<Verification> {
  const scratch = scratchOf(world);
  const startedAt = world.clock.now();
  const { repository, set } = await openNearest(world, repositories, id, {
    principal: request.principal,
    purpose: 'deep verification',
  });
  request.onOpened(set);
  const server = await scratch.start({
    ...set.manifest.source,
    expectedBytes: restoredBytes(set.manifest),
    signal: request.signal,
  });
  world.crashPoint('scratch-started');
  let found: Found;
  try {
    const signal = AbortSignal.any([request.signal, server.gaveUp]);
    found = await restoreAndCompare(world, { set, repositories, server, signal, request });
  } finally {
    await destroy(world, server, id, request);
  }
  const verification = describe(world, { set, repository, startedAt, ...found });
  await keepFact(repository, set, 'verified', { at: verification.finishedAt, fact: verification });
  world.crashPoint('verification-fact-stored');
  return verification;
}

interface Comparison {
  readonly set: OpenSet;
  readonly repositories: readonly Repository[];
  readonly server: ScratchServer;
  readonly signal: AbortSignal;
  readonly request: VerifyDeep;
}

interface Found {
  readonly findings: Finding[];
  readonly validation?: ValidationReport;
}

async function restoreAndCompare(world: World, comparison: Comparison): Promise<Found> {
  const { set, repositories, server, signal, request } = comparison;
  const { target } = server;
  const restored = await restoreSet({
    set,
    repositories,
    target,
    // Not the mark of the server itself: a restore begins by ending what an earlier one left.
    owner: `restore-${server.name}`,
    journal: passingJournal(),
    parallel: world.backups.readers,
    accounts: set.manifest.scope.accounts,
    inventDefiners: !set.manifest.scope.accounts,
    binlog: false,
    signal,
    crashPoint: world.crashPoint,
    onRead: request.onRead,
    onPart: request.onPart,
    onInserts: ({ name }, why) => world.log.info({ part: name, why }, 'The rows of a part are loaded by their INSERTs'),
  });
  world.crashPoint('scratch-restored');
  if (restored.kind === 'part-refused') return { findings: [refusedFinding(restored)] };
  request.onComparing();
  const { manifest } = set;
  const inventory = await target.inventory();
  const there = new Set(inventory.tables.map(quoteTable));
  const tables = manifest.tables.filter((table) => there.has(quoteTable(table)));
  const counts = await target.countRows(tables, signal);
  const rows = tables.map((table, index) => ({ ...table, rows: counts[index] ?? 0 }));
  const accounts = manifest.scope.accounts ? await target.countAccounts() : 0;
  const summed = tables.filter(({ checksum }) => checksum !== undefined);
  const checksums = await target.checksumTables(summed, signal);
  const different = compareRestored(manifest, { inventory, rows, accounts, checksums });
  const findings = [
    ...different.map((finding) => ({ object: restoredObject, ...finding })),
    ...(await canaryFindings(target, server, manifest, signal)),
  ];
  const validation = await validateRestored(world, { target, manifest, inventory, rows, findings, signal });
  return { findings, validation };
}

async function validateRestored(
  world: World,
  {
    target: { inspection },
    manifest,
    inventory,
    rows,
    findings,
    signal,
  }: Pick<RestoredFacts, 'inventory' | 'rows'> & {
    target: Target;
    manifest: Manifest;
    findings: readonly Finding[];
    signal: AbortSignal;
  },
): Promise<ValidationReport> {
  const source = manifest.source.name;
  const own = world.sources.get(source)?.inspection;
  const validation = world.validations?.get(source) ?? noValidation;
  const restored = { manifest, rows: new Map(rows.map((table) => [quoteTable(table), table.rows])) };
  const looking = { place: 'scratch', source, inspection, inventory, validation, restored, signal } as const;
  const restoring = 'restored and compared just now';
  return validate(
    world,
    { ...looking, ...(own && { own }) },
    findings.length === 0
      ? { state: 'ticked', evidence: [`${manifest.id} ${restoring}: nothing is wrong with it`] }
      : {
          state: 'not-ticked',
          evidence: [`${manifest.id} ${restoring}: ${countOf(findings.length, 'thing is', 'things are')} wrong`],
        },
  );
}

/** Stands where a finding is of no part: it is about what came out of all of them. */
const restoredObject = 'restored';

/** Sends a known song down the same path, for the source has none to compare. */
async function canaryFindings(
  target: Target,
  { name }: ScratchServer,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Finding[]> {
  const bird = canary(manifest.scope.schemas);
  const dump = Readable.from([zstdCompressSync(Buffer.from(bird.sql))]);
  await target.load(dump, { owner: `restore-${name}`, part: 'canary', compressed: true, binlog: false, signal });
  const songs = await target.readHex({ schema: bird.schema, name: bird.table }, bird.column);
  if (songs.sort().join() === bird.expected.join()) return [];
  const detail = `four-byte characters came out as ${songs.join(', ')}`;
  return [{ object: restoredObject, problem: 'canary', detail }];
}

function refusedFinding({ part, failure }: PartRefused): Finding {
  const problem =
    failure.code === 'integrity' ? 'undecryptable' : failure.code === 'object-missing' ? 'missing' : 'not-restorable';
  return { object: part, problem, detail: failure.message };
}

function scratchOf(world: World): Scratch {
  if (world.scratch) return world.scratch;
  throw new Failure('configuration', 'A backup is proven by restoring it, and no scratch server is configured.', {
    hint: 'Set scratch.serverDir to the directory of mysqld or mariadbd; it need not run.',
  });
}

/** The proof goes into the audit log: what was restored there is a copy of the source's data. */
async function destroy(world: World, server: ScratchServer, id: BackupId, { principal }: VerifyDeep): Promise<void> {
  const { name, pid, directory, processGone, directoryGone } = await server.destroy();
  world.state.audit.append({
    at: world.clock.now(),
    actor: principal.name,
    via: principal.via,
    action: 'scratch.destroyed',
    subject: id,
    detail: { name, pid, directory, processGone, directoryGone },
  });
}

function describe(
  world: World,
  {
    set: { manifest },
    repository,
    startedAt,
    findings,
    validation,
  }: Found & { set: OpenSet; repository: Repository; startedAt: Date },
): Verification {
  const bytes = manifestBytes(manifest);
  return {
    formatVersion: 1,
    fact: 'verification',
    backupId: manifest.id,
    repository: repository.name,
    depth: 'restored',
    startedAt: startedAt.toISOString(),
    finishedAt: world.clock.now().toISOString(),
    verdict: findings.length === 0 ? 'good' : 'bad',
    parts: manifest.parts.length,
    tables: manifest.tables.length,
    rows: manifestRows(manifest),
    storedBytes: bytes.stored,
    rawBytes: bytes.raw,
    findings,
    ...(validation && { validation }),
  };
}
