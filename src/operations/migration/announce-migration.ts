import type { Job, Outcome } from '../../domain/job.ts';
import { type Migration, migrationNamed } from '../../domain/migration/migration.ts';
import { migrationNamePattern } from '../../domain/migration/migration-fact.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import { resolveSource } from '../resolve-source.ts';
import { startBackup } from '../start-backup.ts';
import type { World } from '../world.ts';
import { knownMigrations } from './list-migrations.ts';
import { markMigration } from './mark-migration.ts';

export interface MigrationRequest {
  readonly principal: Principal;
  readonly name: string;
  /** May be left out when there is one source. */
  readonly source?: string;
  readonly signal?: AbortSignal;
}

/** The schema backup that is taken for it runs in this process. */
export interface AnnouncedMigration {
  readonly kind: 'started';
  readonly job: Job;
  /** `migration` is there once the backup is whole and the note beside it written. Rejects when the note cannot be written: it was not announced then. */
  readonly done: Promise<{ readonly outcome: Outcome; readonly migration?: Migration }>;
}

/** Says that a migration is about to begin: takes a schema backup, which knows the position of that moment. Only when it is done may the migration begin. */
export function startMigration(world: World, request: MigrationRequest): AnnouncedMigration | Refusal {
  const resolved = resolve(world, request);
  if (resolved.kind === 'refused') return resolved;
  const { source, known } = resolved;
  if (known?.state === 'started') {
    return refused(
      `${request.name} was started already, by ${known.started.by}.`,
      `End it first: migration end ${request.name}`,
    );
  }
  return announce(world, { ...request, source }, 'started');
}

/** Says that a migration is over: takes another schema backup, so that what it changed is known. */
export function endMigration(world: World, request: MigrationRequest): AnnouncedMigration | Refusal {
  const resolved = resolve(world, request);
  if (resolved.kind === 'refused') return resolved;
  const { source, known } = resolved;
  if (known?.state !== 'started') {
    const problem = known
      ? `${request.name} is over already.`
      : `No migration ${request.name} was started on ${source}.`;
    return refused(problem, 'migration list shows those there are.');
  }
  return announce(world, { ...request, source }, 'ended', known.started.backupId);
}

function resolve(
  world: World,
  { principal, name, source }: MigrationRequest,
): { kind: 'resolved'; source: string; known?: Migration } | Refusal {
  const resolved = resolveSource(world, { principal, action: 'take-backup', ...(source !== undefined && { source }) });
  if (resolved.kind === 'refused') return resolved;
  if (!migrationNamePattern.test(name)) {
    return refused(
      `${name.slice(0, 80)} cannot name a migration.`,
      'Use up to 64 letters, digits, dots, - and _, beginning with a letter or digit: its rollback script is found by that name.',
    );
  }
  const known = migrationNamed(knownMigrations(world, resolved.source.name), name);
  return { kind: 'resolved', source: resolved.source.name, ...(known && { known }) };
}

function announce(
  world: World,
  { principal, name, source, signal }: MigrationRequest & { readonly source: string },
  what: 'started' | 'ended',
  before?: string,
): AnnouncedMigration | Refusal {
  const job = { principal, kind: 'schema', source, trigger: 'request' } as const;
  const started = startBackup(world, { ...job, ...(signal && { signal }) });
  if (started.kind === 'refused') return started;
  const marked = async (): AnnouncedMigration['done'] => {
    const outcome = await started.done;
    if (outcome.kind !== 'succeeded') return { outcome };
    await markMigration(world, principal, outcome.backupId, { name, what, ...(before !== undefined && { before }) });
    const migration = migrationNamed(knownMigrations(world, source), name);
    return { outcome, ...(migration && { migration }) };
  };
  return { kind: 'started', job: started.job, done: marked() };
}

function refused(problem: string, mend: string): Refusal {
  return { kind: 'refused', reason: 'migration', problem, mend };
}
