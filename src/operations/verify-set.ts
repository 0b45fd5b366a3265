import type { BackupId } from '../domain/backup-id.ts';
import { recoverProgramKey, setObjects, setPrefix } from '../domain/backup-set.ts';
import { Failure } from '../domain/failure.ts';
import { manifestBytes, manifestRows } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import { sha256 } from '../domain/sha256.ts';
import type { Finding, Verification } from '../domain/verification.ts';
import type { Repository } from '../ports/repository.ts';
import { binlogFindings } from './binlog/verify-files.ts';
import { keepFact } from './facts.ts';
import { type OpenSet, openSet, readWhole } from './open-set.ts';
import { verifyPart } from './verify-part.ts';
import type { World } from './world.ts';

export interface VerifySet {
  readonly principal: Pick<Principal, 'name' | 'via'>;
  readonly signal: AbortSignal;
  readonly onOpened: (set: OpenSet) => void;
  readonly onPart: () => void;
  readonly onRead: (bytes: number) => void;
}

/**
 * Verifies a set in one repository, all of it, however much is found wrong. The result has an object of its own beside the set where
 * the set's key could be opened. Throws only where nothing can be said: repository away, key not configured.
 */
export async function verifySet(
  world: World,
  repository: Repository,
  id: BackupId,
  request: VerifySet,
): Promise<Verification> {
  const startedAt = world.clock.now();
  const opened = await openOrFind(world, repository, id, request);
  if ('findings' in opened) return verificationOf(id, repository, world, startedAt, undefined, opened.findings);
  const { set } = opened;
  request.onOpened(set);

  const findings = await plainFindings(world, repository, set);
  let largestInsertBytes = 0;
  findings.push(...(await binlogFindings(world, repository, set.manifest, request)));
  for (const part of set.manifest.parts) {
    const verified = await verifyPart(repository, set, part, request);
    findings.push(...verified.findings);
    largestInsertBytes = Math.max(largestInsertBytes, verified.largestInsertBytes);
    request.onPart();
  }
  findings.push(...(await factFindings(repository, set)));
  world.crashPoint('verification-read');
  const verification = {
    ...verificationOf(id, repository, world, startedAt, set, findings),
    ...(findings.length === 0 && { largestInsertBytes }),
  };
  await keepFact(repository, set, 'verified', { at: verification.finishedAt, fact: verification });
  world.crashPoint('verification-fact-stored');
  return verification;
}

async function openOrFind(
  world: World,
  repository: Repository,
  id: BackupId,
  { principal }: VerifySet,
): Promise<{ set: OpenSet } | { findings: Finding[] }> {
  const missing: Finding[] = [];
  for (const object of [setObjects.keys, setObjects.manifest]) {
    if (!(await repository.stat(`${setPrefix(id)}${object}`))) missing.push(notThere(object, repository));
  }
  if (missing.length > 0) return { findings: missing };
  try {
    return { set: await openSet(world, repository, id, { principal, purpose: 'verification' }) };
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'integrity') throw error;
    const object = error.message.startsWith(`${setObjects.keys} of backup `) ? setObjects.keys : setObjects.manifest;
    return { findings: [{ object, problem: 'manifest-invalid', detail: error.message }] };
  }
}

function notThere(object: string, repository: Repository): Finding {
  return { object, problem: 'missing', detail: `${repository.name} does not have it` };
}

/** Facts are not needed for a restore, but one that was altered tells of somebody or something that alters. */
async function factFindings(repository: Repository, set: OpenSet): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { key } of repository.list(`${set.prefix}facts/`)) {
    const object = key.slice(set.prefix.length);
    try {
      await set.setKey.decryptObject(object, await readWhole(repository, key));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'integrity') throw error;
      findings.push({ object, problem: 'undecryptable', detail: error.message });
    }
  }
  return findings;
}

/** What lies in plain: the guide must be as it was written; the program as it was, or as this Tidemark ships it. */
async function plainFindings(world: World, repository: Repository, set: OpenSet): Promise<Finding[]> {
  const { plain } = set.manifest;
  const expected: [string, string, string[]][] = [
    [`${set.prefix}${setObjects.guide}`, setObjects.guide, [plain.guide]],
    [recoverProgramKey, recoverProgramKey, [plain.recoverProgram, sha256(world.recoverProgram)]],
  ];
  const findings: Finding[] = [];
  for (const [key, object, hashes] of expected) {
    if (!(await repository.stat(key))) {
      findings.push(notThere(object, repository));
    } else if (!hashes.includes(sha256(await readWhole(repository, key)))) {
      findings.push({ object, problem: 'altered', detail: 'its SHA-256 is not the one in the manifest' });
    }
  }
  return findings;
}

function verificationOf(
  id: BackupId,
  repository: Repository,
  world: World,
  startedAt: Date,
  set: OpenSet | undefined,
  findings: Finding[],
): Verification {
  const bytes = set ? manifestBytes(set.manifest) : { raw: 0, stored: 0 };
  return {
    formatVersion: 1,
    fact: 'verification',
    backupId: id,
    repository: repository.name,
    depth: 'read',
    startedAt: startedAt.toISOString(),
    finishedAt: world.clock.now().toISOString(),
    verdict: findings.length === 0 ? 'good' : 'bad',
    parts: set?.manifest.parts.length ?? 0,
    tables: set?.manifest.tables.length ?? 0,
    rows: set ? manifestRows(set.manifest) : 0,
    storedBytes: bytes.stored,
    rawBytes: bytes.raw,
    findings,
  };
}
