import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TableName } from '../../domain/manifest.ts';
import type { ServerSettings } from './settings.ts';

/** Private files that tell the client programs how to log in: nothing of it shows in the process list or the environment. */
export interface OptionFiles {
  /** Arguments that must come first. `ignoreTables` are left out of a dump. */
  argumentsFor(name: string, ignoreTables?: readonly TableName[]): Promise<string[]>;
  remove(): Promise<void>;
}

/** `run` names the directory, so that a later run finds it when this process is killed. */
export async function createOptionFiles(settings: ServerSettings, run: string): Promise<OptionFiles> {
  const directory = await mkdtemp(join(tmpdir(), `${directoryPrefix}${run}.`));
  return {
    async argumentsFor(name, ignoreTables = []) {
      const path = join(directory, `${name.replaceAll('/', '-')}.cnf`);
      const ignored = ignoreTables.map((table) => `ignore-table=${quoted(`${table.schema}.${table.name}`)}`);
      const lines = [clientOptions(settings), ...(ignored.length > 0 ? ['[mysqldump]', ...ignored] : []), ''];
      await writeFile(path, lines.join('\n'), { mode: 0o600 });
      return [`--defaults-file=${path}`];
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** What a client program has to be told to log in. */
export function clientOptions(settings: ServerSettings): string {
  return [
    '[client]',
    `user=${quoted(settings.user)}`,
    `password=${quoted(settings.password)}`,
    ...(settings.socketPath
      ? [`socket=${quoted(settings.socketPath)}`, 'protocol=socket']
      : [`host=${quoted(settings.host)}`, `port=${settings.port}`, 'protocol=tcp']),
    // `loose-` because each flavour knows only its own way of saying "verify, never downgrade".
    ...(settings.tls
      ? [`ssl-ca=${quoted(settings.tls.caPath)}`, 'loose-ssl-mode=VERIFY_CA', 'loose-ssl-verify-server-cert']
      : []),
  ].join('\n');
}

/** Removes option files, and the passwords in them, that a killed run left behind. */
export async function sweepOptionFiles(isOrphanOf: (run: string) => boolean): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const run = name.startsWith(directoryPrefix) ? (name.slice(directoryPrefix.length).split('.')[0] ?? '') : '';
    // Somebody else's directory of that name is not ours to remove, nor can it be.
    if (isOrphanOf(run)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}

const directoryPrefix = 'tidemark-login.';

/** Option files know C-like escapes inside double quotes. */
function quoted(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
