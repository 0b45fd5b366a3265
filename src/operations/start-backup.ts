import type { DueMoment, Trigger } from '../domain/job.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { ScheduledKind } from '../domain/schedule.ts';
import type { Source } from '../ports/source.ts';
import { takeIncrementalBackup } from './binlog/take-incremental-backup.ts';
import { resolveSource } from './resolve-source.ts';
import { type JobContext, runJob, type StartedJob } from './run-job.ts';
import { takeFullBackup, takeSchemaBackup } from './take-dumped-backup.ts';
import { verifyEverywhere } from './verify-everywhere.ts';
import type { World } from './world.ts';

export type { StartedJob } from './run-job.ts';

export interface BackupRequest {
  readonly principal: Principal;
  readonly kind: ScheduledKind;
  /** May be left out when there is one source. */
  readonly source?: string;
  readonly trigger: Trigger;
  /** The scheduled moment it stands for. */
  readonly due?: DueMoment;
  /** Aborting ends the job cleanly: SIGTERM, or Ctrl-C in a shell. */
  readonly signal?: AbortSignal;
}

/** Starts a backup and returns at once. With `backups.verifyAfter` the same job verifies what it made. */
export function startBackup(world: World, request: BackupRequest): StartedJob | Refusal {
  const resolved = resolveSource(world, { ...request, action: 'take-backup' });
  if (resolved.kind === 'refused') return resolved;
  const { source } = resolved;
  const { kind, trigger, due } = request;
  const job = { kind: `${kind}-backup`, source: source.name, trigger, ...(due && { due }) } as const;
  return runJob(world, { ...request, job }, async (context) => {
    const manifest = await take[kind](world, source, context);
    // An incremental backup is a promise about binlogs that lie elsewhere: it is never made without looking at them.
    return world.backups.verifyAfter || kind === 'incremental'
      ? verifyEverywhere(world, manifest.id, { ...context, principal: request.principal })
      : { kind: 'succeeded', backupId: manifest.id };
  });
}

const take: Record<ScheduledKind, (world: World, source: Source, context: JobContext) => Promise<Manifest>> = {
  full: takeFullBackup,
  incremental: takeIncrementalBackup,
  schema: takeSchemaBackup,
};
