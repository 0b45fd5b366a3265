import { dirname, join } from 'node:path';
import { Failure } from '../../../domain/failure.ts';
import { type Flavour, seriesOf } from '../../../domain/server.ts';
import { serverDialect } from '../../../domain/server-dialect.ts';
import type { ScratchRequest } from '../../../ports/scratch.ts';
import { findTool, nameOf, toolMismatch } from '../programs.ts';
import type { ScratchSettings } from './settings.ts';

export interface ScratchPrograms {
  readonly flavour: Flavour;
  readonly version: string;
  readonly server: string;
  /** Directory of the client programs. */
  readonly clientDir: string;
  /** MariaDB's script that makes the system tables; MySQL's server does that itself. */
  readonly install?: string;
}

/** The server of the wanted flavour and series, and what goes with it; `tool-missing` or `tool-mismatch`, with the mend. */
export async function findScratchPrograms(
  settings: Pick<ScratchSettings, 'serverDirs' | 'clientDirs'>,
  wanted: Pick<ScratchRequest, 'flavour' | 'version'>,
): Promise<ScratchPrograms> {
  const names = wanted.flavour === 'mysql' ? ['mysqld'] : ['mariadbd', 'mysqld'];
  const candidates = [];
  for (const directory of settings.serverDirs) candidates.push(await findTool('mysqld', names, [directory]));
  const found = candidates.filter(({ path }) => path !== undefined);
  const fitting = found.find((tool) => tool.flavour !== undefined && !toolMismatch(tool, wanted));
  if (!fitting?.path || !fitting.flavour || !fitting.version) {
    const [other] = found;
    if (other)
      throw new Failure(
        'tool-mismatch',
        toolMismatch(other, wanted) ?? `${other.path} tells no version.`,
        hintFor(wanted),
      );
    throw new Failure(
      'tool-missing',
      `There is no ${names[0]} of ${seriesName(wanted)} to restore onto.`,
      hintFor(wanted),
    );
  }

  const own = dirname(fitting.path);
  const clientDirs = [own, join(own, '../bin'), ...settings.clientDirs, ...(process.env.PATH ?? '').split(':')];
  const { clientPrograms } = serverDialect(wanted.flavour, wanted.version);
  let clientDir: string | undefined;
  for (const directory of clientDirs) {
    const client = await findTool('mysql', clientPrograms, [directory]);
    if (!client.path || toolMismatch(client, wanted)) continue;
    clientDir = directory;
    break;
  }
  if (clientDir === undefined) {
    throw new Failure('tool-missing', `There is no mysql client of ${seriesName(wanted)}.`, hintFor(wanted));
  }
  const base = { flavour: fitting.flavour, version: fitting.version, server: fitting.path, clientDir };
  if (wanted.flavour === 'mysql') return base;
  const scripts = [...clientDirs, join(own, '../scripts')];
  const { path: install } = await findTool('mysqld', ['mariadb-install-db', 'mysql_install_db'], scripts);
  if (install) return { ...base, install };
  throw new Failure('tool-missing', 'There is no mariadb-install-db.', hintFor(wanted));
}

function hintFor(wanted: Pick<ScratchRequest, 'flavour' | 'version'>): { hint: string } {
  return {
    hint: `Install the server programs of ${seriesName(wanted)} (they need not run) and set scratch.serverDir to their directory.`,
  };
}

function seriesName({ flavour, version }: Pick<ScratchRequest, 'flavour' | 'version'>): string {
  return `${nameOf(flavour)} ${seriesOf(version)}`;
}
