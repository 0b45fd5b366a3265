import { createMysqlTarget } from '../../src/adapters/mysql/mysql-target.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { openSet } from '../../src/operations/open-set.ts';
import { notedJournal } from '../../src/operations/restore-journal.ts';
import type { RestoreRequest } from '../../src/operations/restore-request.ts';
import { restoreSet } from '../../src/operations/restore-set.ts';
import type { Target } from '../../src/ports/target.ts';
import { type BackupWorld, dba } from './backup-world.ts';

/** What it takes to log in to a test server as root. */
export interface TargetAddress {
  readonly socketPath: string;
  readonly rootPassword: string;
  readonly clientDir: string;
}

export function targetAt({ socketPath, rootPassword, clientDir }: TargetAddress): Target {
  const place = { name: 'target', section: 'targets.new', host: 'localhost', port: 0, socketPath, clientDir };
  return createMysqlTarget({ ...place, user: 'root', password: rootPassword });
}

/** Restores a backup with a journal in the world's state: doing it again goes on. */
export async function restoreInto(...request: Parameters<typeof requestInto>): ReturnType<typeof restoreSet> {
  return restoreSet(await requestInto(...request));
}

export async function requestInto(
  world: BackupWorld,
  id: string,
  target: Target,
  options: Partial<RestoreRequest> = {},
): Promise<RestoreRequest> {
  const { primary } = world.repositories;
  // Of this place alone: programs of an owner are ended by whoever restores as that owner next.
  const owner = `restore-of-a-test-${sha256(Buffer.from(world.statePath)).slice(0, 12)}`;
  return {
    set: await openSet(world, primary, id, { principal: dba, purpose: 'test' }),
    repositories: [primary],
    target,
    owner,
    journal: notedJournal(world.state.notes, owner),
    parallel: 2,
    accounts: true,
    binlog: false,
    signal: new AbortController().signal,
    crashPoint: () => {},
    onRead: () => {},
    onPart: () => {},
    ...options,
  };
}
