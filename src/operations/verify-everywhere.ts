import type { BackupId } from '../domain/backup-id.ts';
import { withVerification } from '../domain/catalog.ts';
import type { Outcome, Progress } from '../domain/job.ts';
import { manifestBytes } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import type { Verification } from '../domain/verification.ts';
import type { Repository } from '../ports/repository.ts';
import { repositoriesNamed } from './repository-named.ts';
import type { JobContext } from './run-job.ts';
import { verifyDeep } from './verify-deep.ts';
import { verifySet } from './verify-set.ts';
import type { World } from './world.ts';

export interface VerifyEverywhere extends Pick<JobContext, 'signal' | 'progress' | 'backupIs'> {
  readonly principal: Pick<Principal, 'name' | 'via'>;
}

/** Verifies a listed backup in every repository that has it; bad in one is bad. The catalog remembers the result. */
export async function verifyEverywhere(world: World, id: BackupId, request: VerifyEverywhere): Promise<Outcome> {
  request.backupIs(id);
  const results: Verification[] = [];
  for (const repository of holdersOf(world, id)) {
    results.push(await verifySet(world, repository, id, { ...request, ...progressOf(request) }));
  }
  return conclude(world, id, results);
}

/** Restores a listed backup onto a scratch server, each part from the nearest repository that has it. The catalog remembers the result. */
export async function verifyByRestoring(world: World, id: BackupId, request: VerifyEverywhere): Promise<Outcome> {
  request.backupIs(id);
  const result = await verifyDeep(world, holdersOf(world, id), id, { ...request, ...progressOf(request, 'restoring') });
  return conclude(world, id, [result]);
}

function conclude(world: World, id: BackupId, results: readonly Verification[]): Outcome {
  const entry = world.state.catalog.get(id);
  if (entry) world.state.catalog.put(withVerification(entry, results));
  const bad = results.filter((result) => result.verdict === 'bad');
  const findings = bad.reduce((sum, result) => sum + result.findings.length, 0);
  return bad.length > 0 ? { kind: 'found-bad', backupId: id, findings } : { kind: 'succeeded', backupId: id };
}

function holdersOf(world: World, id: BackupId): Repository[] {
  return repositoriesNamed(world, world.state.catalog.get(id)?.repositories ?? [world.repositories.primary.name]);
}

function progressOf(
  { progress }: VerifyEverywhere,
  step: 'verifying' | 'restoring' = 'verifying',
): {
  onComparing(): void;
  onOpened(set: { manifest: Parameters<typeof manifestBytes>[0] }): void;
  onPart(): void;
  onRead(bytes: number): void;
} {
  let now: Progress = { step, doneBytes: 0, totalBytes: 0, storedBytes: 0, doneParts: 0, totalParts: 0 };
  const show = (change: Partial<Progress>) => {
    now = { ...now, ...change };
    progress(now);
  };
  return {
    onComparing: () => show({ step: 'comparing' }),
    onOpened({ manifest }) {
      const { stored } = manifestBytes(manifest);
      show({ totalBytes: stored, storedBytes: stored, totalParts: manifest.parts.length });
    },
    onPart: () => show({ doneParts: now.doneParts + 1 }),
    onRead: (bytes) => show({ doneBytes: now.doneBytes + bytes }),
  };
}
