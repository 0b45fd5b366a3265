import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calendar } from '../../src/adapters/clock/calendar.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { keyEncryption } from '../../src/adapters/crypto/key-encryption.ts';
import { createKeyFile, readKeyFile } from '../../src/adapters/crypto/key-file.ts';
import { createMysqlSource } from '../../src/adapters/mysql/mysql-source.ts';
import { defaultLock, type LockSettings, type SourceSettings } from '../../src/adapters/mysql/settings.ts';
import { localRepository } from '../../src/adapters/repository/local-repository.ts';
import { openState } from '../../src/adapters/state/open-state.ts';
import type { Outcome } from '../../src/domain/job.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { ScheduledKind } from '../../src/domain/schedule.ts';
import { openSet } from '../../src/operations/open-set.ts';
import { startBackup } from '../../src/operations/start-backup.ts';
import { startVerification } from '../../src/operations/start-verification.ts';
import type { BackupSettings, World } from '../../src/operations/world.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { CrashPoint } from '../../src/ports/crash-point.ts';
import type { Repository } from '../../src/ports/repository.ts';
import type { Scratch } from '../../src/ports/scratch.ts';

/** A world whose every part is real: a server, a directory, a state file, a key. */
export interface BackupWorld extends World {
  readonly repositoryPath: string;
  readonly statePath: string;
  readonly keyFile: string;
  /** What was logged, so that a test can look. */
  readonly logged: string[];
}

export interface BackupWorldOptions {
  /** State, repository and key lie in here; opening the same directory again is a restart of the bot. */
  readonly directory: string;
  readonly server: ServerAddress;
  readonly login: { readonly user: string; readonly password: string };
  readonly source?: Partial<Omit<SourceSettings, 'lock'>>;
  readonly lock?: Partial<LockSettings>;
  readonly backups?: Partial<BackupSettings>;
  readonly repositoryPath?: string;
  /** Instead of a directory. */
  readonly repository?: Repository;
  readonly copies?: readonly Repository[];
  readonly statePath?: string;
  /** One that is there; without it the directory has its own. */
  readonly keyFile?: string;
  readonly crashPoint?: CrashPoint;
  readonly scratch?: Scratch;
  /** One that a test moves; the server keeps its own. */
  readonly clock?: Clock;
}

export interface ServerAddress {
  readonly port: number;
  readonly clientDir: string;
}

export const dba: Principal = { name: 'asha', via: 'shell', roles: { '*': ['admin'] } };
export const recoverProgramPath = new URL('../../src/recovery-kit/recover.mjs', import.meta.url).pathname;

export async function openBackupWorld(options: BackupWorldOptions): Promise<BackupWorld> {
  const { directory, server, login } = options;
  mkdirSync(directory, { recursive: true });
  const keyFile = options.keyFile ?? join(directory, 'test.key');
  const key = existsSync(keyFile) ? await readKeyFile(keyFile) : await createKeyFile(keyFile, 'k-test');
  const statePath = options.statePath ?? join(directory, 'state.db');
  const repositoryPath = options.repositoryPath ?? join(directory, 'repository');
  const source = createMysqlSource({
    name: 'alumni',
    host: '127.0.0.1',
    port: server.port,
    clientDir: server.clientDir,
    ...login,
    accounts: true,
    spoolDir: join(directory, 'spool'),
    ...options.source,
    // On a machine that is busy with other tests a lock takes longer; what is about its limit says so.
    lock: { ...defaultLock, limitMilliseconds: 10_000, ...options.lock },
  });
  const clock = options.clock ?? systemClock();
  const logged: string[] = [];
  const log = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  return {
    sources: new Map([[source.name, source]]),
    repositories: {
      primary: options.repository ?? localRepository({ path: repositoryPath }),
      copies: options.copies ?? [],
    },
    encryption: keyEncryption([key]),
    state: openState({ path: statePath, clock }),
    clock,
    calendar: calendar(),
    schedules: {},
    crashPoint: options.crashPoint ?? (() => {}),
    log: { info: log, warn: log, error: log },
    backups: { processes: 4, readers: 2, verifyAfter: false, checksums: false, ...options.backups },
    ...(options.scratch && { scratch: options.scratch }),
    recoverProgram: readFileSync(recoverProgramPath),
    version: '0.0.0-test',
    repositoryPath,
    statePath,
    keyFile,
    logged,
  };
}

/** Takes a full backup to its end, however that is. */
export function takeFull(world: World, signal?: AbortSignal): Promise<Outcome> {
  return takeBackup(world, 'full', signal);
}

export async function takeBackup(world: World, kind: ScheduledKind, signal?: AbortSignal): Promise<Outcome> {
  const started = startBackup(world, { principal: dba, kind, trigger: 'request', ...(signal && { signal }) });
  if (started.kind === 'refused') throw new Error(`refused: ${started.reason}`);
  return started.done;
}

/** Takes a full backup that must succeed, and gives its manifest. */
export function takeGoodFull(world: World): Promise<Manifest> {
  return takeGood(world, 'full');
}

export async function takeGood(world: World, kind: ScheduledKind): Promise<Manifest> {
  const outcome = await takeBackup(world, kind);
  if (outcome.kind !== 'succeeded') throw new Error(`the backup ${JSON.stringify(outcome)}`);
  return readManifest(world, outcome.backupId);
}

export async function readManifest(world: World, id: string): Promise<Manifest> {
  const set = await openSet(world, world.repositories.primary, id, { principal: dba, purpose: 'test' });
  return set.manifest;
}

/** Verifies a backup to its end; what it found is in the catalog. */
export async function verify(world: World, backup = 'latest', { deep = false } = {}): Promise<Outcome> {
  const started = startVerification(world, { principal: dba, backup, deep });
  if (started.kind === 'refused') throw new Error(`refused: ${started.reason}`);
  return started.done;
}

/** What the newest verification found, one sentence each. */
export function findingsOf(world: World, id: string): string[] {
  return world.state.catalog.get(id)?.findings ?? [];
}

/** Keys of every object in the primary repository. */
export async function objectKeys(world: World): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of world.repositories.primary.list('')) keys.push(key);
  return keys;
}
