import { join } from 'node:path';
import { createMysqlTarget } from '../../src/adapters/mysql/mysql-target.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { StoredRecovery } from '../../src/domain/recovery/recovery.ts';
import { decide } from '../../src/operations/recovery/decide.ts';
import { executeRecovery } from '../../src/operations/recovery/execute-recovery.ts';
import { type RecoveryRequest, requestRecovery } from '../../src/operations/recovery/request-recovery.ts';
import type { World } from '../../src/operations/world.ts';
import { type BackupWorld, type BackupWorldOptions, openBackupWorld } from './backup-world.ts';
import type { TargetAddress } from './restore-into.ts';

export const asha: Principal = { name: 'asha', via: 'slack', roles: { '*': ['operator', 'approver'] } };
export const ravi: Principal = { name: 'ravi', via: 'shell', roles: { '*': ['approver'] } };
export const mina: Principal = { name: 'mina', via: 'slack', roles: { '*': ['approver'] } };

export interface RecoveryWorldOptions extends BackupWorldOptions {
  readonly target: TargetAddress;
}

/** A backup world with one target, `replacement`. */
export async function openRecoveryWorld({ target, ...options }: RecoveryWorldOptions): Promise<BackupWorld> {
  const world = await openBackupWorld(options);
  const { socketPath, clientDir, rootPassword } = target;
  const place = {
    name: 'replacement',
    section: 'targets.replacement',
    host: 'localhost',
    port: 0,
    socketPath,
    clientDir,
  };
  const replacement = createMysqlTarget(
    { ...place, user: 'root', password: rootPassword },
    { workDirectory: join(options.directory, 'replays') },
  );
  return { ...world, targets: new Map([[replacement.name, replacement]]) };
}

/** Asks for one that must come to be asked for. */
export async function requested(
  world: World,
  request: Partial<RecoveryRequest> = {},
  onto: 'replacement' | 'scratch' = 'replacement',
): Promise<StoredRecovery> {
  const answer = await requestRecovery(world, {
    principal: asha,
    scenario: 'complete',
    ...(onto === 'replacement' && { target: onto }),
    end: { kind: 'chain-end' },
    ...request,
  });
  if (answer.kind === 'refused') throw new Error(JSON.stringify(answer));
  return answer.recovery;
}

/** Approved by somebody else, and carried out. */
export async function recovered(world: World, { id }: StoredRecovery): Promise<StoredRecovery> {
  const approved = decide(world, 'approve', { principal: ravi, recovery: id });
  if (approved.kind === 'refused') throw new Error(JSON.stringify(approved));
  return carriedOut(world, id);
}

export async function carriedOut(world: World, id: string): Promise<StoredRecovery> {
  const ended = await executeRecovery(world, id, { signal: new AbortController().signal });
  if (ended.kind === 'refused') throw new Error(JSON.stringify(ended));
  return ended.recovery;
}
