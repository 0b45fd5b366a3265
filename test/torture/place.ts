import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../../src/domain/job.ts';
import { type BackupWorld, openBackupWorld } from '../support/backup-world.ts';
import { motoCredentials } from '../support/moto-server.ts';
import { type RunOptions, runTidemark, type TidemarkRun } from '../support/run-tidemark.ts';
import { endProgramsIn } from './programs-in.ts';
import type { Store, StoreKind } from './stores.ts';

/** Where one case happens: a bot's folder of its own, with state, key, and a repository that holds good backups already. */
export interface Place {
  readonly folder: string;
  readonly kind: StoreKind;
  /** Ids of the good backups, oldest first. */
  readonly good: readonly string[];
  readonly store: Store;
  /** The real command, in a process of its own. */
  tidemark(args: readonly string[], options?: PlaceOptions): Promise<Run>;
  /** The same installation opened in this process, around every proxy; closed with the place. */
  world(): Promise<BackupWorld>;
  /** What of Tidemark's option files, scratch servers and the like lies around. */
  litter(): string[];
  close(): Promise<void>;
}

export type PlaceOptions = Partial<Omit<RunOptions, 'cwd'>>;

export interface Run extends TidemarkRun {
  readonly args: readonly string[];
  /** It had to be killed because it did not end. */
  readonly hung: boolean;
  /** As `--json` tells it. */
  readonly outcome?: Outcome;
}

export interface PlaceRequest {
  readonly folder: string;
  /** The folder it begins as a copy of. */
  readonly base?: string;
  readonly good: readonly string[];
  readonly store: Store;
  readonly server: { readonly port: number; readonly clientDir: string; readonly serverDir: string };
  readonly login: { readonly user: string; readonly password: string };
  /** Ports of what stands between the bot and its surroundings. */
  readonly through?: { readonly database?: number; readonly s3?: string };
  /** More of the configuration. */
  readonly settings?: object;
  readonly env?: Record<string, string>;
  /** Aborted when the whole torture ends: nothing is started any more. */
  readonly closing: AbortSignal;
}

/** No run of these cases takes a third of it, however busy the machine is. */
const patienceMilliseconds = 120_000;

export async function openPlace(request: PlaceRequest): Promise<Place> {
  const { folder, base, good, store, server, login, through = {} } = request;
  if (base) cpSync(base, folder, { recursive: true });
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const { port, clientDir, serverDir } = server;
  const source = { host: '127.0.0.1', port: through.database ?? port, user: login.user, clientDir };
  const configuration = {
    sources: { alumni: { ...source, password: { env: 'TIDEMARK_DB_PASSWORD' } } },
    repository: { primary: store.settings(through.s3) },
    encryption: { keys: [{ id: 'k-test', file: 'test.key' }] },
    backups: { processes: 4, readers: 2 },
    scratch: { serverDir, dir: 'scratch' },
    state: { path: 'state.db' },
    ...request.settings,
  };
  writeFileSync(join(folder, 'tidemark.yaml'), JSON.stringify(configuration, null, 1));
  let world: Promise<BackupWorld> | undefined;

  return {
    folder,
    kind: store.kind,
    good,
    store,

    async tidemark(args, { env, ...options } = {}) {
      request.closing.throwIfAborted();
      const startedAt = performance.now();
      const run = await runTidemark(args, {
        cwd: folder,
        withinMilliseconds: patienceMilliseconds,
        ...options,
        env: {
          ...motoCredentials,
          TMPDIR: temporary,
          TIDEMARK_DB_PASSWORD: login.password,
          ...request.env,
          ...env,
        },
      });
      const outcome = outcomeIn(run.stdout);
      const hung = performance.now() - startedAt > patienceMilliseconds;
      return { ...run, args, hung, ...(outcome && { outcome }) };
    },

    world() {
      world ??= openBackupWorld({ directory: folder, server, login, repository: store.repository });
      return world;
    },

    litter() {
      const scratch = join(folder, 'scratch');
      return [temporary, scratch].flatMap((directory) => namesIn(directory).map((name) => join(directory, name)));
    },

    async close() {
      (await world)?.state.close();
      await endProgramsIn(folder);
      await store.remove();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function outcomeIn(stdout: string): Outcome | undefined {
  try {
    return (JSON.parse(stdout) as { outcome?: Outcome }).outcome;
  } catch {
    return undefined;
  }
}
