import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../../src/domain/check.ts';
import type { TestServer } from './database-server.ts';
import { type RunOptions, runTidemark, type TidemarkRun } from './run-tidemark.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A Tidemark of one's own in a folder of its own, made by `init`, whose source is called alumni. */
export interface Installation {
  readonly folder: string;
  run(...args: string[]): Promise<TidemarkRun>;
  runWith(options: Partial<RunOptions>, ...args: string[]): Promise<TidemarkRun>;
  /** What doctor found that is not good, by check. */
  troubles(): Promise<{ status: number | null; checks: Map<string, Check> }>;
}

export async function install(
  server: Pick<TestServer, 'port' | 'clientDir'>,
  user: { user: string; password: string },
  clientDir = server.clientDir,
): Promise<Installation> {
  const folder = temporaryDirectory();
  const runWith = ({ env, ...others }: Partial<RunOptions>, ...args: string[]) =>
    runTidemark(args, { cwd: folder, env: { TIDEMARK_DB_PASSWORD: user.password, ...env }, ...others });
  const run = (...args: string[]) => runWith({}, ...args);
  await run('init', '--source', 'alumni', '--port', String(server.port), '--user', user.user, '--key-copy', 'the safe');
  const file = join(folder, 'tidemark.yaml');
  const clients = `    clientDir: ${JSON.stringify(clientDir)}\n    # schemas:`;
  writeFileSync(file, readFileSync(file, 'utf8').replace('    # schemas:', clients));
  return {
    folder,
    run,
    runWith,
    async troubles() {
      const { status, stdout } = await run('doctor', '--json');
      const { checks } = JSON.parse(stdout) as { checks: Check[] };
      return {
        status,
        checks: new Map(checks.filter(({ state }) => state !== 'good').map((check) => [check.id, check])),
      };
    },
  };
}
