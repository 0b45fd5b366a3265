import type { BackupId } from '../domain/backup-id.ts';
import { Failure } from '../domain/failure.ts';
import type { Trigger } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { findBackup } from './find-backup.ts';
import { runJob, type StartedJob } from './run-job.ts';
import { verifyByRestoring, verifyEverywhere } from './verify-everywhere.ts';
import type { World } from './world.ts';

export interface VerificationRequest {
  readonly principal: Principal;
  /** A backup id, its last four characters, or `latest`. */
  readonly backup: string;
  readonly source?: string;
  /** Restores it onto a scratch server, instead of re-reading it. */
  readonly deep?: boolean;
  /** `request` unless said otherwise. */
  readonly trigger?: Trigger;
  readonly signal?: AbortSignal;
}

/** Starts re-reading a backup in every repository that has it, or restoring it for proof, and returns at once. */
export function startVerification(world: World, request: VerificationRequest): StartedJob | Refusal {
  const found = findBackup(world, { ...request, action: 'verify', ...(request.deep && { kind: 'full' }) });
  if (found.kind === 'refused') return found;
  const { id, source, binlogs } = found.entry;
  if (request.deep && binlogs) throw nothingToRestore(id, binlogs.base);
  const job = { kind: 'verification', source, trigger: request.trigger ?? 'request' } as const;
  return runJob(world, { ...request, job }, (context) =>
    (request.deep ? verifyByRestoring : verifyEverywhere)(world, id, { ...context, principal: request.principal }),
  );
}

function nothingToRestore(id: BackupId, base: BackupId): Failure {
  return new Failure('usage', `${id} is incremental: by itself there is nothing of it to restore.`, {
    hint: `Read its binlogs again with verify ${id}, or restore its base for proof: verify ${base} --deep.`,
  });
}
